// What was read of a file system so far: kept for one evaluation, or for several that shall see the same files.

import type { Module } from "../../python/ast.js";
import type { SourceEntry } from "../file-system.js";
import { Library } from "./library.js";

/** Answers of a file system, and what was made of them, by absolute path. */
export class SeenFiles {
  readonly lists: Map<string, readonly SourceEntry[] | null> = new Map();
  readonly stats: Map<string, SourceEntry | null> = new Map();
  /** Manifests as they were parsed; no evaluation changes one. */
  readonly modules: Map<string, Module> = new Map();
  private readonly libraries = new Map<string, Library>();

  /** The library at a path, with what was found in it so far. */
  library(path: string): Library {
    const library = this.libraries.get(path) ?? new Library(path);
    this.libraries.set(path, library);
    return library;
  }
}
