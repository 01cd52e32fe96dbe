// Several files compiled in one go, as plain data that can cross to another thread and back: sources in, .mpy files or
// errors out.

import { isUpyError, UpyError, type UpyErrorCode } from "@upykit/core/errors";
import type { PythonErrorType } from "@upykit/core/python";
import { CompileError } from "../compile-error.js";
import { compile, type CompileOptions } from "../compile.js";

/** A file to compile. */
export interface CompileJob extends CompileOptions {
  readonly source: string | Uint8Array;
}

/** A file compiled, or what was wrong with it; plain data. */
export type JobResult =
  { readonly ok: true; readonly mpy: Uint8Array } | { readonly ok: false; readonly error: PlainError };

/** An error as plain data. */
export interface PlainError {
  readonly code: UpyErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  /** Where it is a CompileError. */
  readonly place?: {
    readonly filename: string;
    readonly line: number;
    readonly column: number;
    readonly type: PythonErrorType;
    readonly codeFrame: string;
  };
}

/** Compiles each job; an error of one does not touch the others. */
export function compileBatch(jobs: readonly CompileJob[]): JobResult[] {
  return jobs.map((job) => {
    try {
      return { ok: true, mpy: compile(job.source, job).mpy };
    } catch (error) {
      if (!isUpyError(error)) throw error;
      return { ok: false, error: flattenError(error) };
    }
  });
}

function flattenError(error: UpyError): PlainError {
  const { code, message, hint } = error;
  if (!(error instanceof CompileError)) return { code, message, hint };
  const { filename = "", line, column, type, codeFrame } = error;
  return { code, message, hint, place: { filename, line, column, type, codeFrame } };
}

/** The error that plain data stands for. */
export function reviveError(plain: PlainError): UpyError {
  const { code, message, hint, place } = plain;
  if (place === undefined) return new UpyError(code, message, { hint });
  return new CompileError(message, { ...place, hint, cause: undefined });
}
