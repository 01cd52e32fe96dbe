// A VS Code extension in CommonJS, as the extension host loads it: one command that lists the boards, asks for a package
// and installs it with VS Code's own progress and cancellation.
const vscode = require("vscode");
const { install, isUpyError, mipIndex, urlPackages } = require("@upykit/core");
const { connectBoard } = require("@upykit/core/device");
const { listPorts, openSerial } = require("@upykit/transport-serial");

function activate(context) {
  context.subscriptions.push(vscode.commands.registerCommand("upykit.install", installCommand));
}

async function installCommand() {
  try {
    const port = await pickPort();
    const wanted = port && (await vscode.window.showInputBox({ prompt: "Package", placeHolder: "aiohttp" }));
    if (!wanted) return undefined;
    const report = await withProgress(`Installing ${wanted}`, (options) => installOn(port, wanted, options));
    vscode.window.showInformationMessage(
      `${wanted}: ${report.written.length} files written to ${report.root}`,
    );
    return report;
  } catch (error) {
    const text = isUpyError(error) ? `${error.message}. ${error.hint ?? ""}` : String(error);
    vscode.window.showErrorMessage(text);
    return undefined;
  }
}

/** The boards first, then the ports that are not known; more ports can be set in the settings (WiFi bridges). */
async function pickPort() {
  const extra = vscode.workspace.getConfiguration("upykit").get("ports", []);
  const ports = await listPorts();
  const items = [
    ...ports
      .sort((a, b) => Number(b.family !== undefined) - Number(a.family !== undefined))
      .map(({ path, family, product }) => ({ label: path, description: product ?? family ?? "" })),
    ...extra.map((label) => ({ label, description: "from the settings" })),
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: "Board" });
  return picked?.label;
}

async function installOn(port, wanted, { signal, onProgress }) {
  const index = vscode.workspace.getConfiguration("upykit").get("index");
  const board = await connectBoard(await openSerial(port, { signal }), { signal });
  try {
    const sources = [index ? mipIndex({ url: index }) : mipIndex(), urlPackages()];
    return await install(board.target(), [wanted], { sources, signal, onProgress });
  } finally {
    await board.close();
  }
}

/** VS Code's progress and its cancel button, as upykit takes them. */
function withProgress(title, work) {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort(new Error("Cancelled")));
    let last = 0;
    const onProgress = ({ type, done, total }) => {
      if (type !== "write" || total === 0) return;
      const percent = (100 * done) / total;
      progress.report({ message: `${Math.round(percent)} %`, increment: percent - last });
      last = percent;
    };
    return work({ signal: abort.signal, onProgress });
  });
}

module.exports = { activate, deactivate() {} };
