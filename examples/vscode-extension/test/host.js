// Loads the extension as the extension host does, runs its command, prints what a user would have seen.
const Module = require("node:module");
const { dirname, relative } = require("node:path");
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) =>
  name === "vscode" ? require.resolve("./fake-vscode.js") : resolve(name, ...rest);

const vscode = require("vscode");
const extension = require(process.argv[2]);
const context = { subscriptions: [] };
extension.activate(context);
vscode
  .run("upykit.install")
  .then((report) =>
    process.stdout.write(
      JSON.stringify({
        report,
        subscriptions: context.subscriptions.length,
        loaded: entriesOf(require.cache[process.argv[2]]),
        ...vscode.seen,
      }),
    ),
  )
  .finally(() => extension.deactivate());

/** The files that the extension itself has required, but for the host's own. */
function entriesOf(extension) {
  const files = extension.children.map(({ id }) => relative(dirname(extension.id), id));
  return files.filter((file) => !file.startsWith(".."));
}
