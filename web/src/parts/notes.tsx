import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { RunContext, type Loaded } from "../hooks";
import { LeftOut } from "../source";
import { useWords } from "../words";

/** What is shown once it is there. */
export function Shown<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const words = useWords();
  if (of.error) return <Failure error={of.error} />;
  if (of.value === undefined) return <p class="loading">{words.t("loading")}</p>;
  return <>{children(of.value)}</>;
}

export function Failure({ error, reason }: { error?: Error; reason?: string }) {
  const words = useWords();
  const { mode } = useContext(RunContext);
  const left = error instanceof LeftOut;
  return (
    <div class="failure" role="alert">
      <h1>{words.t("error.title")}</h1>
      {reason && <p>{words.t(reason)}</p>}
      {left && mode === "file" && (
        <p>
          {words.t("error.left")} <code>tonggao serve OUT</code>
        </p>
      )}
      {left && mode === "serve" && <p>{words.t("error.left.serve")}</p>}
      {error && !left && <p>{error.message}</p>}
    </div>
  );
}

const KEYS: [string[], string][] = [
  [["/"], "help.search"],
  [["j", "k"], "help.rows"],
  [["Enter"], "help.enter"],
  [["←", "→"], "help.sides"],
  [["Esc"], "help.up"],
  [["?"], "help.help"],
];

export function Help({ close }: { close: () => void }) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">{words.t("help.title")}</h2>
      <dl class="keylist">
        {KEYS.map(([keys, meaning]) => (
          <div>
            <dt>
              {keys.map((key) => (
                <kbd>{key}</kbd>
              ))}
            </dt>
            <dd>{words.t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        {words.t("help.close")}
      </button>
    </dialog>
  );
}
