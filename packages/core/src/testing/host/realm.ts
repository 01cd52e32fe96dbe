// Several interpreters in one realm: the WebAssembly port keeps its state in global variables, as if it were alone
// (ports/webassembly/proxy_js.js). Each board in this thread gets its own set, put in place while it runs.

const names = [
  "Module",
  "proxy_js_ref",
  "proxy_js_ref_next",
  "proxy_js_ref_map",
  "proxy_js_map",
  "proxy_js_existing",
  "pyProxyFinalizationRegistry",
] as const;

type Globals = Partial<Record<(typeof names)[number], unknown>>;

const scope = globalThis as unknown as Record<string, unknown>;

/** The global variables of one interpreter. */
export class Realm {
  #own: Globals = {};

  /** Does something with this interpreter's global variables in place. */
  within<T>(action: () => T): T {
    const others = this.#enter();
    try {
      return action();
    } finally {
      this.#leave(others);
    }
  }

  /** Loads the interpreter whose variables these are. Nothing else may run in a realm meanwhile. */
  async load<T>(action: () => Promise<T>): Promise<T> {
    const others = this.#enter();
    try {
      return await action();
    } finally {
      this.#leave(others);
    }
  }

  #enter(): Globals {
    const others = current();
    put(this.#own);
    return others;
  }

  #leave(others: Globals): void {
    this.#own = current();
    put(others);
  }
}

function current(): Globals {
  return Object.fromEntries(names.filter((name) => name in scope).map((name) => [name, scope[name]]));
}

function put(globals: Globals): void {
  for (const name of names) {
    if (name in globals) scope[name] = globals[name];
    else Reflect.deleteProperty(scope, name);
  }
}
