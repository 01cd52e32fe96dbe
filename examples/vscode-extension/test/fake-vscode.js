// As much of the extension host as the extension touches: answers what a user would, notes what they would see.
const commands = new Map();
const seen = { picks: [], messages: [], errors: [], progress: [] };
const answers = JSON.parse(process.env.FAKE_VSCODE);

module.exports = {
  seen,
  run: (name) => commands.get(name)(),
  ProgressLocation: { Notification: 15 },
  commands: {
    registerCommand(name, action) {
      commands.set(name, action);
      return { dispose: () => commands.delete(name) };
    },
  },
  window: {
    async showQuickPick(items) {
      seen.picks = items;
      return items.find(({ label }) => label === answers.port);
    },
    showInputBox: async () => answers.wanted,
    showInformationMessage: (text) => seen.messages.push(text),
    showErrorMessage: (text) => seen.errors.push(text),
    withProgress: (_, work) =>
      work(
        { report: (step) => seen.progress.push(step) },
        { onCancellationRequested: () => ({ dispose() {} }) },
      ),
  },
  workspace: {
    getConfiguration: () => ({ get: (key, otherwise) => answers.settings[key] ?? otherwise }),
  },
};
