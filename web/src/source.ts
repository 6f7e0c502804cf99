// Where the data comes from: the page itself, or the server it came from. Both answer the same questions.

import type { Overview, PageText, PointView, Query, Row, Run, SetView } from "./data";

/** A set, a point or a text that this file leaves out. */
export class LeftOut extends Error {}

export interface Source {
  overview(): Promise<Overview>;
  sets(query: Query, skip: number, take: number): Promise<{ total: number; rows: Row[] }>;
  set(number: number): Promise<SetView>;
  texts(set: SetView, a: string, b: string): Promise<[PageText, PageText]>;
  point(number: number): Promise<PointView>;
}

export function sourceOf(run: Run): Source {
  return run.mode === "file" ? new FileSource() : new ServeSource();
}

/** A block of the page: JSON, gzip, base64. */
async function unpack<T>(id: string): Promise<T> {
  const held = document.getElementById(id)?.textContent;
  if (held == null) throw new LeftOut(id);
  const bytes = Uint8Array.from(atob(held), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text()) as T;
}

class FileSource implements Source {
  private blocks = new Map<string, Promise<unknown>>();

  private block<T>(id: string): Promise<T> {
    let block = this.blocks.get(id);
    if (!block) {
      block = unpack<T>(id);
      this.blocks.set(id, block);
    }
    return block as Promise<T>;
  }

  overview() {
    return this.block<Overview>("overview");
  }

  async sets(query: Query, skip: number, take: number) {
    const [rows, { names }] = await Promise.all([this.block<Row[]>("rows"), this.overview()]);
    const found = rows.filter((row) => fits(row, query, names));
    return { total: found.length, rows: found.sort(order(query.sort)).slice(skip, skip + take) };
  }

  async set(number: number) {
    const rows = await this.block<Row[]>("rows");
    const block = rows.find((row) => row.set === number)?.block;
    if (block === undefined) throw new LeftOut(`set ${number}`);
    const found = (await this.block<SetView[]>(`sets-${block}`)).find((set) => set.set === number);
    if (!found) throw new LeftOut(`set ${number}`);
    return found;
  }

  async texts(set: SetView, a: string, b: string): Promise<[PageText, PageText]> {
    const text = (id: string): PageText => {
      const member = set.members.find((member) => member.id === id);
      if (member?.text === undefined) throw new LeftOut(id);
      return { text: member.text, furniture: member.furniture ?? [] };
    };
    return [text(a), text(b)];
  }

  async point(number: number) {
    const point = (await this.block<PointView[]>("points"))[number];
    if (!point) throw new LeftOut(`point ${number}`);
    return point;
  }
}

class ServeSource implements Source {
  private told?: Promise<Overview>;

  private async get<T>(path: string, query: Record<string, string> | [string, string][] = {}): Promise<T> {
    const asked = new URLSearchParams(query).toString();
    const response = await fetch(`/report/${path}${asked && `?${asked}`}`);
    if (response.status === 404) throw new LeftOut(path);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  }

  overview() {
    this.told ??= this.get<Overview>("overview");
    return this.told;
  }

  sets(query: Query, skip: number, take: number) {
    return this.get<{ total: number; rows: Row[] }>("sets", { ...query, skip: `${skip}`, take: `${take}` });
  }

  set(number: number) {
    return this.get<SetView>(`set/${number}`);
  }

  async texts(_: SetView, a: string, b: string): Promise<[PageText, PageText]> {
    const found = await this.get<(PageText | null)[]>("texts", [["id", a], ["id", b]]);
    const [x, y] = found;
    if (!x || !y) throw new LeftOut(x ? b : a);
    return [x, y];
  }

  point(number: number) {
    return this.get<PointView>(`point/${number}`);
  }
}

function fits(row: Row, query: Query, names: string[]): boolean {
  const title = row.title.toLowerCase();
  const holds = query.q.toLowerCase().split(/\s+/).every((word) => title.includes(word));
  const [first, last] = [row.first?.slice(0, 10) ?? "", row.last?.slice(0, 10) ?? ""];
  const dated = query.from === "" && query.to === "";
  const inTime = dated || (first !== "" && (!query.from || last >= query.from) && (!query.to || first <= query.to));
  const ran = (name: string) => name === "" || row.outlets.some((outlet) => names[outlet] === name);
  return holds && inTime && ran(query.outlet) && ran(query.with);
}

function order(sort: Query["sort"]): (x: Row, y: Row) => number {
  const day = (time: string | null) => time?.slice(0, 10) ?? "";
  const text = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  switch (sort) {
    case "size":
      return (x, y) => y.size - x.size || x.set - y.set;
    case "outlets":
      return (x, y) => y.outlets.length - x.outlets.length || x.set - y.set;
    case "earliest":
      return (x, y) => Number(x.first === null) - Number(y.first === null) || text(day(x.first), day(y.first)) || x.set - y.set;
    case "latest":
      return (x, y) => text(day(y.last), day(x.last)) || x.set - y.set;
    case "doubt":
      return (x, y) => (x.origin?.probability ?? 0) - (y.origin?.probability ?? 0) || x.set - y.set;
  }
}
