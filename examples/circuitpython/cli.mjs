// What circup does, and a little more, on a folder that stands for a CIRCUITPY drive:
// list → install what code.py imports → update → doctor → freeze → project bundle.
//
//   node cli.mjs                  a bundle of this folder's own libraries, on a drive made up for the occasion
//   node cli.mjs DRIVE BUNDLE …   your drive (or "find"), your bundles: zips, folders, or github:user/repo
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildProjectBundle,
  circuitPythonBundle,
  freezeLibraries,
  installImported,
  listLibraries,
  updateLibraries,
} from "@upykit/core/circuitpython";
import { explainImports, planFix } from "@upykit/core/imports";
import { circuitPythonDrive, findCircuitPythonDrives, localBundle } from "@upykit/core/node";
import { buildBundle, copyByHand } from "./build-bundle.mjs";

const [place, ...names] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "upykit-circuitpython-"));
try {
  const { path, bundles } = place === undefined ? await madeUp() : await given(place, names);
  await main(path, bundles);
  for (const bundle of bundles) await bundle.close();
} catch (error) {
  console.error(`\n${error.code ?? "error"}: ${error.message}`);
  if (error.hint) console.error(`  ${error.hint}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

/** A drive with a program, and a library of last year that somebody copied there. */
async function madeUp() {
  const folder = join(scratch, "bundles");
  const last = { tag: "20250601", versions: { garden_probe: "1.4.0", garden_scale: "1.0.0" } };
  const latest = {
    tag: "20260101",
    versions: { garden_probe: "1.5.2", garden_scale: "1.1.0", garden_light: "0.3.0" },
  };
  for (const release of [last, latest]) buildBundle(folder, release);
  const path = join(scratch, "CIRCUITPY");
  mkdirSync(path);
  cpSync(new URL("drive/", import.meta.url), path, { recursive: true });
  writeFileSync(
    join(path, "boot_out.txt"),
    "Adafruit CircuitPython 10.0.3 on 2025-10-17; Raspberry Pi Pico with rp2040\r\nBoard ID:raspberry_pi_pico\r\n",
  );
  writeFileSync(join(path, "main.py"), 'print("Hello World!")\n'); // an older program, forgotten
  copyByHand(folder, { ...last, library: "garden_probe" }, path);
  console.log("A made-up drive, and a bundle of examples/circuitpython/libraries. For yours:");
  console.log("  node examples/circuitpython/cli.mjs DRIVE BUNDLE …\n");
  return { path, bundles: [await localBundle(folder, { tag: latest.tag })] };
}

async function given(drive, places) {
  const path = drive === "find" ? (await findCircuitPythonDrives())[0]?.path : drive;
  if (path === undefined) throw new Error("No CIRCUITPY drive is mounted.");
  const open = (one) => (/^(github:|https?:)/.test(one) ? circuitPythonBundle(one) : localBundle(one));
  return { path, bundles: await Promise.all(places.map(open)) };
}

async function main(path, bundles) {
  const drive = circuitPythonDrive(path);
  const { version, boardId } = await drive.environment();
  console.log(`CircuitPython ${version} on ${boardId}; ${bundles.map((one) => one.name).join(", ")}`);
  await printLibraries("Before", drive, bundles);

  const installed = await installImported(drive, { bundles });
  console.log("\nInstall what code.py imports");
  for (const one of installed.packages) console.log(`  ${one.action.padEnd(8)} ${one.name} ${one.version}`);
  for (const one of installed.provided)
    console.log(`  there    ${one.name} ${one.version ?? ""} (${one.by})`);
  for (const one of installed.imported.missing) console.log(`  missing  ${one.name}`);

  const updated = await updateLibraries(drive, "all", { bundles, onMajorUpdate: false });
  console.log("\nUpdate");
  for (const file of updated.written) console.log(`  ${file}`);
  for (const one of updated.held) console.log(`  ${one.name} stays at ${one.version ?? "?"}: ${one.reason}`);
  const { libraries } = await printLibraries("After", drive, bundles);

  console.log("\nThe doctor");
  const { findings } = await explainImports(drive, { bundle: bundles[0] });
  for (const one of findings) {
    console.log(`  ${one.severity}: ${one.message}`);
    for (const fix of one.fixes.slice(0, 1)) {
      const { frees } = await planFix(fix, drive);
      console.log(`    ${fix.title}${frees > 0 ? `, which frees ${frees} bytes` : ""}`);
    }
  }
  if (findings.length === 0) console.log("  nothing is wrong with the imports");

  console.log("\nrequirements.txt");
  for (const line of freezeLibraries(libraries).trimEnd().split("\n")) console.log(`  ${line}`);

  const code = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file.slice(path.length + 1).replaceAll("\\", "/"),
      content: new Uint8Array(readFileSync(file)),
    }));
  const environment = await drive.environment();
  const project = await buildProjectBundle(code, environment, { bundles, name: "garden" });
  console.log(`\nProject bundle, ${project.zip.length} bytes as a zip`);
  for (const file of project.files) console.log(`  ${file.path}`);
}

async function printLibraries(title, drive, bundles) {
  const list = await listLibraries(drive, { bundles });
  console.log(
    `\n${title}: ${list.libraries.length} ${list.libraries.length === 1 ? "library" : "libraries"} in ${list.root}`,
  );
  for (const { name, version, offer, status, recorded } of list.libraries) {
    const versions = `${version ?? "?"} (${offer?.version ?? "none"} in the bundle)`;
    console.log(`  ${name.padEnd(16)} ${versions.padEnd(30)} ${status}${recorded ? "" : ", copied by hand"}`);
  }
  return list;
}
