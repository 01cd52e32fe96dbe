// `pnpm bench [NAME …]`: measures upykit, and where they are on this machine mpremote, mpy-cross and mpy-tool.py in turn.
// Prints figures and ratios; judges nothing. Machines differ, ratios and counts of bytes and round trips less.
import { readdirSync } from "node:fs";
import { cpus } from "node:os";

const known = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".bench.mjs"))
  .map((file) => file.replace(".bench.mjs", ""));
const wanted = process.argv.slice(2).filter((name) => name !== "--");
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are: ${known.join(", ")}`);
  process.exit(1);
}

// Every Node that starts with it reads a system's certificates first: 60 ms that no benchmark is about.
delete process.env.NODE_EXTRA_CA_CERTS;

console.log(`Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}`);
for (const name of wanted.length > 0 ? wanted : known) {
  const { run } = await import(`./${name}.bench.mjs`);
  console.log(`\n## ${name}\n`);
  await run();
}
