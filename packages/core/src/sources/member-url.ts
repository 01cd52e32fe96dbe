// The address of a file inside an archive: that of the archive, and the member's name behind "#member=".

/** A file inside an archive. */
export interface MemberPlace {
  /** The address of the archive. */
  readonly archive: string;
  /** The name of the file as the archive has it. */
  readonly member: string;
}

const mark = "#member=";

/** The address of `member` in the archive at `archive`. */
export function memberUrl({ archive, member }: MemberPlace): string {
  return `${archive.replace(/#.*$/s, "")}${mark}${encodeURIComponent(member)}`;
}

/** What {@link memberUrl} was made of; null for the address of anything else. */
export function splitMemberUrl(url: string): MemberPlace | null {
  const at = url.indexOf(mark);
  if (at < 0) return null;
  try {
    return { archive: url.slice(0, at), member: decodeURIComponent(url.slice(at + mark.length)) };
  } catch {
    return null;
  }
}
