// Keeps our own code out of the user's variables.

/** The one name that our code uses in the board's `__main__`, and only while it runs. */
export const SCOPE = "_upy";

/** Runs what {@link definition} has defined. */
export const CALL: string = `${SCOPE}()`;

/**
 * The code as the body of a function that forgets its own name before anything else: its variables are local, and
 * when it is over, however it ends, `__main__` is as it was and the memory is free.
 */
export function definition(code: string): string {
  return `def ${SCOPE}():\n global ${SCOPE}\n del ${SCOPE}\n ${code.replaceAll("\n", "\n ")}\n`;
}

/** {@link definition} and {@link CALL}. */
export function inScope(code: string): string {
  return definition(code) + CALL;
}
