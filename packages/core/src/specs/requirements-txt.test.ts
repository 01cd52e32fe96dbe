import { expect, test } from "vitest";
import { formatRequirement, parseRequirementsTxt } from "@upykit/core";

const texts = async (...args: Parameters<typeof parseRequirementsTxt>): Promise<string[]> =>
  (await parseRequirementsTxt(...args)).map(formatRequirement);

test("comments, blank lines, CRLF, a byte order mark, continued lines and repetitions", async () => {
  const text =
    "\ufeff# what the robot needs\r\naiohttp>=0.0.5  # web\r\n\r\numqtt.simple@1.7.0\r\nlogging \\\r\n  >=0.6\r\n  github:org/repo#not-a-comment@v1\r\nlogging>=0.6\r\n";
  await expect(texts(text.replace("#not-a-comment", ""))).resolves.toEqual([
    "aiohttp>=0.0.5",
    "umqtt.simple==1.7.0",
    "logging>=0.6",
    "github:org/repo@v1",
  ]);
});

test("what Adafruit's libraries have in theirs", async () => {
  const text =
    "# SPDX-FileCopyrightText: 2022 Alec Delaney\n#\n# SPDX-License-Identifier: Unlicense\n\nAdafruit-Blinka\nadafruit-circuitpython-busdevice\nadafruit-circuitpython-typing~=1.4\n";
  await expect(texts(text)).resolves.toEqual([
    "Adafruit-Blinka",
    "adafruit-circuitpython-busdevice",
    "adafruit-circuitpython-typing~=1.4",
  ]);
});

test("-r reads other files, relative to the one it stands in, each once", async () => {
  const files: Record<string, string> = {
    "deps/base.txt": "logging\n-r more/net.txt\n",
    "deps/more/net.txt": "aiohttp\n--requirement=../base.txt\n-r ../../requirements.txt\n",
  };
  const readFile = (path: string): Promise<string> => Promise.resolve(files[path] ?? `missing-${path}`);
  await expect(texts("-rdeps/base.txt\ntime\n", { readFile })).resolves.toEqual([
    "logging",
    "aiohttp",
    "time",
  ]);
  await expect(texts("-r other.txt\n")).rejects.toMatchObject({
    code: "invalid-requirement",
    message: expect.stringContaining("line 1") as string,
  });
});

test.each([
  ["a\n\n-e .\n", "requirements.txt, line 3: the option -e"],
  ["--index-url https://x.example\n", "requirements.txt, line 1: the option --index-url"],
  ["-c constraints.txt\n", "the option -c"],
  ["a==1 --hash=sha256:00\n", "line 1: options behind a requirement"],
  ["a\nb c\n", "line 2"],
  ['a; python_version < "3"\n', "line 1"],
  ["a \\\n>= \\\n\n", "line 1"],
])("%j is refused with its place", async (text, message) => {
  await expect(texts(text)).rejects.toMatchObject({
    code: "invalid-requirement",
    message: expect.stringContaining(message) as string,
  });
});
