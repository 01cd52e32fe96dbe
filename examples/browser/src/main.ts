// The main job in a page: choose a board, resolve, plan, install with a progress bar, verify, run.
import {
  type InstallProgress,
  type Plan,
  applyPlan,
  createMemoryCache,
  isUpyError,
  mipIndex,
  planInstall,
  resolve,
  urlPackages,
  verify,
} from "@upykit/core";
import { type Board, connectBoard } from "@upykit/core/device";
import { type SerialPortLike, grantedPorts, openWebSerial, requestBoard } from "@upykit/transport-webserial";
import { virtualPort } from "./virtual-port.js";

let board: Board | undefined;

on("choose", "click", () => connect(() => requestBoard()));
on("granted", "click", () => connect(lastPort));
on("virtual", "click", () => connect(virtualPort));
on("form", "submit", installPackages);
on("run", "click", runCode);

async function connect(choose: () => Promise<SerialPortLike>): Promise<void> {
  await board?.close();
  const port = await choose();
  say("Connecting…");
  const opened = await connectBoard(await openWebSerial(port));
  const { implementation, version, machine } = await opened.environment();
  board = opened;
  element("board").textContent = `${opened.name}: ${implementation} ${version ?? ""} ${machine ?? ""}`;
  for (const id of ["install", "run"]) (element(id) as HTMLButtonElement).disabled = false;
  say("Connected.");
}

async function lastPort(): Promise<SerialPortLike> {
  const [port] = await grantedPorts();
  if (!port) throw new Error("No board was chosen before, or it is not plugged in.");
  return port;
}

async function installPackages(): Promise<void> {
  const target = connected().target();
  const index = new URLSearchParams(location.search).get("index");
  const sources = [
    index === null ? mipIndex() : mipIndex({ url: new URL(index, location.href).href }),
    urlPackages(),
  ];
  const cache = createMemoryCache();
  say("Resolving…");
  const wanted = (element("packages") as HTMLInputElement).value.split(/\s+/).filter((text) => text !== "");
  const resolution = await resolve(wanted, { sources, cache, environment: await target.environment() });
  const plan = await planInstall(resolution, target, { cache });
  showPlan(plan);
  await applyPlan(plan, target, { cache, onProgress: showProgress });
  const { problems } = await verify(target);
  if (problems.length > 0)
    throw new Error(`Not what was installed: ${problems.map(({ path }) => path).join(", ")}`);
  say(
    `Installed and verified: ${resolution.packages.map(({ name, version }) => `${name} ${version ?? ""}`).join(", ")}`,
  );
}

async function runCode(): Promise<void> {
  const output = element("output");
  output.textContent = "";
  const code = (element("code") as HTMLTextAreaElement).value;
  await connected().exec(code, { onOutput: (text) => output.append(text) });
  say("Done: what it printed is below.");
}

function connected(): Board {
  if (!board) throw new Error("Choose a board first.");
  return board;
}

function showPlan({ root, files }: Plan): void {
  const rows = files.map(({ action, path, size }) => {
    const row = document.createElement("tr");
    row.append(...[action, `${root}/${path}`, String(size)].map(cell));
    return row;
  });
  element("plan")
    .querySelector("tbody")
    ?.replaceChildren(...rows);
  element("plan").hidden = false;
}

function cell(text: string): HTMLElement {
  const made = document.createElement("td");
  made.textContent = text;
  return made;
}

function showProgress({ type, done, total }: InstallProgress): void {
  const percent = total === 0 ? 100 : Math.round((100 * done) / total);
  const bar = element("bar");
  bar.style.width = `${percent}%`;
  bar.ariaValueNow = String(percent);
  say(`${type === "fetch" ? "Fetching" : type === "write" ? "Writing" : "Committing"}… ${percent} %`);
}

function say(text: string, isError = false): void {
  element("status").textContent = text;
  element("status").classList.toggle("error", isError);
}

function on(id: string, type: "click" | "submit", action: () => Promise<void>): void {
  element(id).addEventListener(type, (event) => {
    event.preventDefault();
    action().catch((error: unknown) => {
      if (isUpyError(error, "aborted")) return; // the user closed the list of ports
      const text = error instanceof Error ? error.message : String(error);
      say(isUpyError(error) ? `${text}. ${error.hint ?? ""}` : text, true);
    });
  });
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}
