// Lists the boards on this computer, chooses one, installs on it, runs a file or a line of Python.
import { install, mipIndex, urlPackages } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { listPorts, openSerial } from "@upykit/transport-serial";

/** A table of the ports, boards first; one line that says so when there are none. */
export async function describePorts(ports = undefined) {
  const found = [...(ports ?? (await listPorts()))];
  if (found.length === 0) return ["No serial port is there. Is the board plugged in, with a data cable?"];
  found.sort((a, b) => Number(b.family !== undefined) - Number(a.family !== undefined));
  const rows = found.map(({ path, family, product, manufacturer, serialNumber }) => [
    path,
    family ?? "?",
    product ?? manufacturer ?? "",
    serialNumber ?? "",
  ]);
  return aligned([["PORT", "BOARD", "NAME", "SERIAL NUMBER"], ...rows]);
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}

/** The path that was asked for, or the only board there is. */
export async function choosePort(asked) {
  if (asked !== undefined) return asked;
  const boards = await listPorts((port) => port.family !== undefined);
  if (boards.length === 1) return boards[0].path;
  if (boards.length === 0)
    throw new Error("No board is plugged in. If there is one, name its port: --port PATH");
  throw new Error(`Say which board with --port: ${boards.map(({ path }) => path).join(", ")}`);
}

const done = { install: "installed", replace: "replaced", keep: "kept", remove: "removed" };

/** Installs, then runs code; prints as it goes. */
export async function installAndRun({ port, packages = [], run, index, print = console.log, signal }) {
  const board = await connectBoard(await openSerial(await choosePort(port), { signal }), { signal });
  try {
    const { implementation, version, machine } = await board.environment();
    print(`${board.name}: ${implementation} ${version}, ${machine ?? "unknown board"}`);
    if (packages.length > 0) {
      const report = await install(board.target(), packages, {
        ...(index !== undefined && { sources: [mipIndex({ url: index }), urlPackages()] }),
        onProgress: progressPrinter(print),
        signal,
      });
      for (const { name, version, action } of report.packages)
        print(`${done[action] ?? action} ${name} ${version ?? ""}`);
      print(`${report.written.length} files, ${report.bytesWritten} bytes written to ${report.root}`);
    }
    if (run !== undefined) await runAndPrint(board, run, { print, signal });
  } finally {
    await board.close();
  }
}

/** Prints whole lines as they come; pieces of output can end anywhere. */
async function runAndPrint(board, code, { print, signal }) {
  let rest = "";
  const onOutput = (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) print(line);
  };
  await board.exec(code, { onOutput, idleTimeout: Infinity, signal });
  if (rest !== "") print(rest);
}

/** One line for each quarter of the writing. */
function progressPrinter(print) {
  let quarter = 0;
  return (progress) => {
    if (progress.type !== "write") return;
    const now = Math.floor((4 * progress.done) / progress.total);
    if (now > quarter) print(`written ${25 * now} %`);
    quarter = now;
  };
}
