import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Run } from "./data";
import type { Source } from "./source";

export const SourceContext = createContext<Source>(undefined as unknown as Source);
export const RunContext = createContext<Run>(undefined as unknown as Run);

export type Loaded<T> = { value?: T; error?: Error };

/** What a promise gives, made anew when `inputs` change; the last value stays until the next is there. */
export function useLoaded<T>(make: (source: Source) => Promise<T>, inputs: unknown[]): Loaded<T> {
  const source = useContext(SourceContext);
  const [loaded, set] = useState<Loaded<T>>({});
  useEffect(() => {
    let wanted = true;
    make(source).then(
      (value) => wanted && set({ value }),
      (error: Error) => wanted && set({ error }),
    );
    return () => {
      wanted = false;
    };
  }, inputs);
  return loaded;
}

/** The width of an element, in pixels, as it changes. */
export function useWidth<T extends Element>(usual: number) {
  const ref = useRef<T>(null);
  const [width, set] = useState(usual);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && set(Math.round(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}
