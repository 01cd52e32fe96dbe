// Loads the extension as the extension host does, runs its command, prints what a user would have seen.
const Module = require("node:module");
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
      JSON.stringify({ report, subscriptions: context.subscriptions.length, ...vscode.seen }),
    ),
  )
  .finally(() => extension.deactivate());
