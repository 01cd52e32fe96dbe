import { readFileSync } from "node:fs";
import { type DriveHost, findCircuitPythonDrives } from "@upykit/core/node";
import { describe, expect, it } from "vitest";

const bootOut =
  "Adafruit CircuitPython 9.2.8 on 2025-05-28; Raspberry Pi Pico with rp2040\r\nBoard ID:raspberry_pi_pico\r\n";

interface FakeHost {
  readonly platform: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly directories?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly programs?: Readonly<Record<string, string>>;
}

function fakeHost({
  platform,
  files = {},
  directories = {},
  links = {},
  programs = {},
}: FakeHost): DriveHost {
  return {
    platform,
    readText: (path) => Promise.resolve(files[path] ?? null),
    list: (path) => Promise.resolve(directories[path] ?? []),
    readLink: (path) => Promise.resolve(links[path] ?? null),
    run: (program) => Promise.resolve(programs[program] ?? null),
  };
}

async function find(host: FakeHost): Promise<unknown[]> {
  const drives = await findCircuitPythonDrives({ host: fakeHost(host) });
  return drives.map(({ path, label, device, readOnly, bootOut: found }) => [
    path,
    label,
    device,
    readOnly,
    found?.boardId ?? null,
  ]);
}

const linuxMounts = `sysfs /sys sysfs rw,nosuid 0 0
/dev/nvme0n1p2 / ext4 rw,relatime 0 0
/dev/nvme0n1p1 /boot/efi vfat rw,relatime,fmask=0077 0 0
/dev/sda1 /media/me/CIRCUITPY vfat rw,nosuid,nodev,relatime,uid=1000,flush 0 0
/dev/sdb1 /run/media/me/MY\\040PICO\\134\\303\\244 vfat ro,nosuid 0 0
/dev/sdc1 /mnt/fresh msdos rw 0 0
/dev/sdd1 /media/me/MUSIC vfat rw 0 0
/dev/sde1 /media/me/CIRCUITPY1 ext4 rw 0 0
`;

describe("findCircuitPythonDrives", () => {
  it("finds what is mounted on Linux", async () => {
    const drives = await find({
      platform: "linux",
      files: {
        "/proc/self/mounts": linuxMounts,
        "/boot_out.txt": bootOut,
        "/media/me/CIRCUITPY/boot_out.txt": bootOut,
        "/run/media/me/MY PICO\\ä/boot_out.txt": bootOut,
        "/media/me/MUSIC/boot_out.txt": "a song",
      },
      directories: { "/dev/disk/by-label": ["CIRCUITPY", "MY\\x20PICO\\xc3\\xa4", "EFI"] },
      links: {
        "/dev/disk/by-label/CIRCUITPY": "../../sdc1",
        "/dev/disk/by-label/MY\\x20PICO\\xc3\\xa4": "../../sdb1",
      },
    });
    expect(drives).toEqual([
      ["/media/me/CIRCUITPY", "CIRCUITPY", "/dev/sda1", false, "raspberry_pi_pico"],
      ["/mnt/fresh", "CIRCUITPY", "/dev/sdc1", false, null],
      ["/run/media/me/MY PICO\\ä", "MY PICOä", "/dev/sdb1", true, "raspberry_pi_pico"],
    ]);
  });

  it("finds a drive of Windows within its Linux", async () => {
    const files = {
      "/proc/mounts": "D: /mnt/d 9p rw,noatime,dirsync 0 0\n",
      "/mnt/d/boot_out.txt": bootOut,
    };
    expect(await find({ platform: "linux", files })).toEqual([
      ["/mnt/d", "d", "D:", false, "raspberry_pi_pico"],
    ]);
  });

  it("finds the volumes of macOS", async () => {
    const mount = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk4s1 on /Volumes/CIRCUITPY (msdos, local, nodev, nosuid, noowners, noatime)
/dev/disk5s1 on /Volumes/CIRCUITPY 1 (msdos, local, nodev, nosuid, read-only, noowners)
`;
    const drives = await find({
      platform: "darwin",
      files: { "/Volumes/CIRCUITPY/boot_out.txt": bootOut },
      directories: { "/Volumes": [".hidden", "CIRCUITPY", "CIRCUITPY 1", "Macintosh HD"] },
      programs: { "/sbin/mount": mount },
    });
    expect(drives).toEqual([
      ["/Volumes/CIRCUITPY", "CIRCUITPY", "/dev/disk4s1", false, "raspberry_pi_pico"],
      ["/Volumes/CIRCUITPY 1", "CIRCUITPY 1", "/dev/disk5s1", true, null],
    ]);
  });

  it("finds the letters of Windows, and leaves network drives alone", async () => {
    const drives = await find({
      platform: "win32",
      files: { "E:\\boot_out.txt": bootOut, "Z:\\boot_out.txt": bootOut },
      programs: {
        "powershell.exe": "C:|3|Windows\r\nD:|2|CIRCUITPY\r\nE:|2|MY|DRIVE\r\nF:|5|\r\nZ:|4|CIRCUITPY\r\n",
      },
    });
    expect(drives).toEqual([
      ["D:\\", "CIRCUITPY", "D:", null, null],
      ["E:\\", "MY|DRIVE", "E:", null, "raspberry_pi_pico"],
    ]);
  });

  it("tries letters where Windows does not tell them", async () => {
    expect(await find({ platform: "win32", files: { "E:\\boot_out.txt": bootOut } })).toEqual([
      ["E:\\", null, "E:", null, "raspberry_pi_pico"],
    ]);
  });

  it("finds nothing where nothing can be asked", async () => {
    for (const platform of ["linux", "darwin", "win32", "aix"]) expect(await find({ platform })).toEqual([]);
  });

  it("agrees with this computer's own mounts", async () => {
    const drives = await findCircuitPythonDrives();
    if (process.platform !== "linux") return;
    const mounts = readFileSync("/proc/self/mounts", "utf8");
    for (const drive of drives) expect(mounts).toContain(drive.device ?? "");
  });

  it("stops at an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(findCircuitPythonDrives({ signal })).rejects.toThrow("enough");
  });
});
