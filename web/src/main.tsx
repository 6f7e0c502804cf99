import { render } from "preact";
import { App } from "./app";
import type { Run } from "./data";
import "./style.css";

const app = document.getElementById("app")!;
const run = JSON.parse(document.getElementById("run")!.textContent!) as Run;
render(<App run={run} />, app);
