// How the demo talks: headings, aligned columns, sizes, and one live progress bar.

const bold = process.stdout.isTTY ? (text) => `\x1b[1m${text}\x1b[0m` : (text) => text;

export function heading(text) {
  console.log(`\n${bold(text)}`);
}

export function indent(text) {
  for (const line of text.trimEnd().split(/\r?\n/)) console.log(`  │ ${line}`);
}

export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd()}`,
    );
}

export function bytes(count) {
  return count < 10_000 ? `${count} B` : `${(count / 1024).toFixed(1)} KiB`;
}

/** An onProgress that draws one line over and over on a terminal, and one line a phase elsewhere. */
export function progressBar(width = 30) {
  const labels = { fetch: "download", write: "write to the board", commit: "switch" };
  let last = "";
  return ({ type, done, total }) => {
    const share = total === 0 ? 1 : done / total;
    const full = "█".repeat(Math.round(share * width)).padEnd(width, "░");
    const line = `  ${labels[type].padEnd(18)} ${full} ${String(Math.round(share * 100)).padStart(3)} %`;
    if (process.stdout.isTTY) {
      if (last !== "" && last !== type) process.stdout.write("\n");
      process.stdout.write(`\r${line}`);
      if (type === "commit" && done === total) process.stdout.write("\n");
    } else if (done === total && last !== `${type} done`) {
      console.log(line);
    }
    last = process.stdout.isTTY ? type : done === total ? `${type} done` : type;
  };
}
