import { useMemo, useState } from "preact/hooks";
import type { Member, SetView } from "../data";
import { useWidth } from "../hooks";
import { to, webAddress } from "../route";
import { useWords, type Words } from "../words";
import { axisOf, when, type Axis } from "./axis";
import { placed, type Placed } from "./tree";

const ROW = 46;
const HEAD = 34;
/** Rows at first; a set that is a little longer is shown whole. */
const ROWS = 120;

/** The page that a member is best read against. */
export function counterpart(set: SetView, member: Member): string | undefined {
  const others = [member.parent, set.origin?.document, set.representative, set.members[0]?.id, set.members[1]?.id];
  return others.find((id) => id != null && id !== member.id && set.members.some((other) => other.id === id)) ?? undefined;
}

/** The copying tree over time, one row a member. */
export function Members({ set }: { set: SetView }) {
  const words = useWords();
  const [all, setAll] = useState(false);
  const list = useMemo(() => placed(set.members, set.origin?.document ?? null), [set]);
  const outside = set.origin !== null && set.origin.document === null;
  const rows = all || list.length <= ROWS + 30 ? list : list.slice(0, ROWS);
  const top = outside || rows.some(({ parent }) => parent === -1) ? 1 : 0;
  const [ref, width] = useWidth<HTMLTableCellElement>(380);
  const height = (rows.length + top) * ROW;
  const axis = useMemo(() => {
    const times = list.flatMap(({ member }) => when(member) ?? []);
    return axisOf(times, 26, Math.max(90, width - 14));
  }, [list, width]);
  return (
    <>
      <table class="members">
        <thead>
          <tr>
            <th scope="col" class="tree">
              <span class="hidden">{words.t("col.tree")}</span>
              {axis && <AxisLine axis={axis} width={width} />}
            </th>
            <th scope="col">{words.t("col.outlet")}</th>
            <th scope="col" class="wide when">
              {words.t("col.time")}
            </th>
            <th scope="col" class="wide">
              {words.t("col.relation")}
            </th>
            <th scope="col" class="wide n" title={words.t("col.kept.long")}>
              {words.t("col.kept")}
            </th>
            <th scope="col" class="wide">
              {words.t("col.credit")}
            </th>
            <th scope="col" class="go">
              <span class="hidden">{words.t("col.compare")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {top === 1 && (
            <tr>
              <td class="tree" ref={ref} rowSpan={rows.length + 1}>
                <Tree rows={rows} top={top} axis={axis} width={width} height={height} />
              </td>
              <td class="outside">
                {set.origin?.outlet && outside ? words.t("set.outside", { who: set.origin.outlet }) : words.t(outside ? "set.outside.unknown" : "set.elsewhere")}
              </td>
              {["wide", "wide", "wide", "wide", "go"].map((name) => (
                <td class={name} />
              ))}
            </tr>
          )}
          {rows.map((row, k) => (
            <tr data-row key={row.member.id}>
              {k === 0 && top === 0 && (
                <td class="tree" ref={ref} rowSpan={rows.length}>
                  <Tree rows={rows} top={top} axis={axis} width={width} height={height} />
                </td>
              )}
              <MemberCells set={set} member={row.member} words={words} />
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < list.length && (
        <p class="more">
          <button type="button" onClick={() => setAll(true)}>
            {words.t("n.more", { n: list.length - rows.length })}
          </button>
        </p>
      )}
      {set.members.length < set.size && <p class="note">{words.t("set.members.cut", { n: set.members.length, all: set.size })}</p>}
      {axis?.compressed && <p class="note">{words.t("set.axis.log")}</p>}
    </>
  );
}

function MemberCells({ set, member, words }: { set: SetView; member: Member; words: Words }) {
  const relation = member.relation ?? "none";
  const other = counterpart(set, member);
  const address = webAddress(member.url);
  const credit = member.credit && (
    <span class={`credit ${member.credit.status}`} title={member.credit.quote ?? undefined}>
      {words.t(`credit.${member.credit.status}`)}
      {member.credit.quote && <q>{member.credit.quote}</q>}
    </span>
  );
  const kept = member.kept === null ? "" : words.percent(member.kept);
  const name = member.outlet ?? words.t("unknown.outlet");
  return (
    <>
      <td class="page">
        <span class="first" title={`${name} · ${member.id}`}>
          <span class={member.outlet ? "name" : "soft"}>{name}</span>
          {address ? (
            <a class="id" href={address} target="_blank" rel="noopener noreferrer" title={words.t("pair.open")}>
              {member.id} ↗
            </a>
          ) : (
            <span class="id">{member.id}</span>
          )}
        </span>
        <span class="second" title={member.title ?? undefined}>
          {member.title ?? words.t(member.text === null ? "member.gone" : "set.untitled")}
        </span>
        <span class="narrow">
          {words.time(member.published)} · <span class={`relation ${relation}`}>{words.t(`relation.${relation}`)}</span> {kept} {credit}
        </span>
      </td>
      <td class="wide when">{words.time(member.published)}</td>
      <td class="wide">
        <span class={`relation ${relation}`}>{words.t(`relation.${relation}`)}</span>
        {member.parent_probability !== null && <span class="p">{words.probability(member.parent_probability)}</span>}
      </td>
      <td class="wide n">{kept}</td>
      <td class="wide">{credit}</td>
      <td class="go">
        {other && (
          <a class="button" href={to(["cluster", set.set, "pair", other, member.id])} aria-label={words.t("pair.with", { who: other }) + ` (${member.id})`}>
            {words.t("col.compare")}
          </a>
        )}
      </td>
    </>
  );
}

function AxisLine({ axis, width }: { axis: Axis; width: number }) {
  return (
    <svg class="axis" width={width} height={HEAD - 6} aria-hidden="true">
      {axis.ticks.map(({ at, label }) => (
        <g transform={`translate(${at},0)`}>
          <line y1={20} y2={HEAD} />
          <text y={15} text-anchor={at < 40 ? "start" : "middle"} x={at < 40 ? -at + 4 : 0}>
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}

interface TreeProps {
  rows: Placed[];
  top: number;
  axis?: Axis;
  width: number;
  height: number;
}

/** Lines from every copy to what it was copied from; a dot a page, at its time. */
function Tree({ rows, top, axis, width, height }: TreeProps) {
  const words = useWords();
  const y = (row: number) => (row + top + 0.5) * ROW;
  const x = (member: Member) => {
    const time = when(member);
    return axis && time ? axis.place((time.from + time.to) / 2) : 12;
  };
  return (
    <svg class="copies" width={width} height={height} role="img" aria-label={words.t("col.tree")}>
      {axis?.ticks.map(({ at }) => <line class="grid" x1={at} x2={at} y1={0} y2={height} />)}
      {rows.map(({ member, parent }, row) => {
        if (parent === undefined || parent >= rows.length) return null;
        const [x1, y1] = parent < 0 ? [12, y(-1)] : [x(rows[parent]!.member), y(parent)];
        const [x2, y2] = [x(member), y(row)];
        const bend = Math.min(7, Math.abs(x2 - x1));
        const corner = x2 >= x1 ? bend : -bend;
        return <path class={parent < 0 ? "arrow far" : "arrow"} d={`M${x1} ${y1}V${y2 - Math.abs(corner)}q0 ${Math.abs(corner)} ${corner} ${Math.abs(corner)}H${x2}`} />;
      })}
      {top === 1 && <path class="source" d={`M12 ${y(-1) - 6}l6 6l-6 6l-6-6z`} />}
      {rows.map(({ member }, row) => {
        const time = when(member);
        const relation = member.relation ?? "none";
        return (
          <g class={`dot ${relation}`}>
            {axis && time && time.to > time.from && (
              <line class="day" x1={axis.place(time.from)} x2={axis.place(time.to)} y1={y(row)} y2={y(row)} />
            )}
            <circle cx={x(member)} cy={y(row)} r={relation === "original" ? 6 : 4.5} class={time ? "" : "undated"} />
          </g>
        );
      })}
    </svg>
  );
}
