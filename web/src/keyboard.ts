// The keys: / search, j and k rows, arrows neighbours, Enter opens, Esc goes up, ? tells.
//
// Views take part by marks on their elements: `data-row` for rows (the first link in a row is what Enter follows),
// `data-previous`, `data-next` and `data-up` for links.

import { useEffect } from "preact/hooks";
import { go, to, type Route } from "./route";

interface HelpState {
  help: boolean;
  setHelp: (open: boolean) => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function step(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  const target = next?.querySelector<HTMLElement>("a[href], button") ?? next;
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

function follow(mark: string) {
  document.querySelector<HTMLAnchorElement>(`a[data-${mark}]`)?.click();
}

/** The view above: a comparison stands in its set, a set in the list of sets. */
function up({ path }: Route): string {
  if (path[0] === "cluster" && path.length > 2) return to(path.slice(0, 2));
  if (path[0] === "cluster") return to(["clusters"]);
  return path.length > 1 ? to(path.slice(0, 1)) : to([]);
}

export function useKeyboard(route: Route, { help, setHelp }: HelpState) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (help) setHelp(false);
        else if (isTyping(event.target)) (event.target as HTMLElement).blur();
        else if (route.path.length > 0) go(up(route));
        return;
      }
      if (isTyping(event.target) || help) return;
      switch (event.key) {
        case "/": {
          const fields = document.querySelectorAll<HTMLInputElement>("main input[type=search], .search input");
          [...fields].sort((x, y) => Number(y.closest("main") !== null) - Number(x.closest("main") !== null))[0]?.focus();
          break;
        }
        case "j":
          step(1);
          break;
        case "k":
          step(-1);
          break;
        case "ArrowLeft":
          follow("previous");
          break;
        case "ArrowRight":
          follow("next");
          break;
        case "?":
          setHelp(true);
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [route, help]);
}
