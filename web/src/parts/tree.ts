// Members in the order of a tree of copies, each with its place in it.

import { stratify, type HierarchyNode } from "d3-hierarchy";
import type { Member } from "../data";

export interface Placed {
  member: Member;
  /** The row of its parent; -1 for the source that has no page here, undefined for the root of a known origin. */
  parent?: number;
  depth: number;
}

interface Node {
  id: string;
  up: string | null;
  member?: Member;
}

const ROOT = "root";

/** Members from the root down, brothers by time. A member whose parent is not told of hangs from the outside. */
export function placed(members: Member[], origin: string | null): Placed[] {
  const known = new Set(members.map(({ id }) => id));
  // Ids are prefixed so that none can be the root's.
  const name = (id: string) => `#${id}`;
  const nodes: Node[] = [{ id: ROOT, up: null }];
  for (const member of members) {
    const up = member.parent !== null && known.has(member.parent) ? name(member.parent) : ROOT;
    nodes.push({ id: name(member.id), up, member });
  }
  const tree = stratify<Node>()
    .id((node) => node.id)
    .parentId((node) => node.up)(nodes);
  const time = (node: HierarchyNode<Node>) => node.data.member?.published ?? "9";
  const first = (node: HierarchyNode<Node>) => Number(node.data.member?.id !== origin);
  tree.sort((x, y) => first(x) - first(y) || (time(x) < time(y) ? -1 : time(x) > time(y) ? 1 : 0));
  const rows = new Map<string, number>();
  const list: Placed[] = [];
  tree.eachBefore((node) => {
    const { id, member } = node.data;
    if (!member) return;
    rows.set(id, list.length);
    const up = node.parent!.data.id;
    const isOrigin = member.id === origin;
    list.push({ member, parent: up === ROOT ? (isOrigin ? undefined : -1) : rows.get(up)!, depth: node.depth - 1 });
  });
  return list;
}
