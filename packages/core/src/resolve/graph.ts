// The graph of packages: level by level from the roots, each level's packages asked for at once, until nothing changes.
// A package is asked for with all the requirements on it, and again when one is added. What comes of a level depends on
// requirements alone, not on who answers first, so the result is the same every time. There is no backtracking: a
// package is taken in its best version, and not in a worse one to please a conflict further down.

import { UpyError } from "../errors.js";
import type { PackageRelease } from "../sources/source.js";
import type { Requirement } from "../specs/requirement.js";
import {
  collectDemands,
  explain,
  notFound,
  requirementsOf,
  signature,
  type Demand,
  type Demands,
} from "./demands.js";

/** What {@link buildGraph} takes besides the roots. */
export interface GraphOptions {
  /** Answers all the requirements on one package; null when nobody has it. */
  readonly find: (requirements: readonly Requirement[]) => Promise<PackageRelease | null>;
  /** For the message when nobody has a package. */
  readonly sourceName: string;
  readonly maxPackages: number;
  readonly onFound: (release: PackageRelease, counts: { done: number; total: number }) => void;
}

type Answer = { readonly release: PackageRelease } | { readonly error: unknown };

/**
 * Every release that the roots need, by `packageKey`.
 * @throws `not-found`, `version-conflict`, `too-large`, and what sources throw; of several errors the one nearest to the roots
 */
export async function buildGraph(
  roots: readonly Requirement[],
  options: GraphOptions,
): Promise<Map<string, PackageRelease>> {
  const asker = new Asker(options);
  const states = new Set<string>();
  let demands: Demands = collectDemands(roots, new Map(), new Map());
  for (let sticky = false; ;) {
    if (demands.size > options.maxPackages) throw tooMany(options.maxPackages);
    const answers = await asker.answer(demands);
    const following = collectDemands(roots, releasesOf(answers), sticky ? demands : new Map());
    const state = stateOf(following);
    if (state === stateOf(demands)) return finish(roots, answers);
    // The same demands as some rounds ago: packages chase each other. From here on no demand is dropped, which ends it.
    sticky ||= states.has(state) || states.size > 2 * options.maxPackages;
    states.add(state);
    demands = following;
  }
}

/** Asks for each package once for each set of requirements on it. */
class Asker {
  readonly #options: GraphOptions;
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #found = new Set<string>();
  #total = 0;

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  async answer(demands: Demands): Promise<Map<string, Answer>> {
    this.#total = Math.max(this.#total, demands.size);
    const pairs = [...demands].map(async ([key, list]) => [key, await this.#ask(key, list)] as const);
    return new Map(await Promise.all(pairs));
  }

  #ask(key: string, list: ReadonlyMap<string, Demand>): Promise<Answer> {
    const name = `${key} ${signature(list)}`;
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    const answer = this.#find(key, list);
    this.#answers.set(name, answer);
    return answer;
  }

  async #find(key: string, list: ReadonlyMap<string, Demand>): Promise<Answer> {
    const { find, sourceName, onFound } = this.#options;
    try {
      const release = await find(requirementsOf(list));
      if (release === null) throw notFound(list, sourceName);
      this.#found.add(key);
      onFound(release, { done: this.#found.size, total: Math.max(this.#total, this.#found.size) });
      return { release };
    } catch (error) {
      return { error: explain(error, list) };
    }
  }
}

function releasesOf(answers: ReadonlyMap<string, Answer>): Map<string, PackageRelease> {
  const releases = new Map<string, PackageRelease>();
  for (const [key, answer] of answers) if ("release" in answer) releases.set(key, answer.release);
  return releases;
}

function finish(
  roots: readonly Requirement[],
  answers: ReadonlyMap<string, Answer>,
): Map<string, PackageRelease> {
  const releases = new Map<string, PackageRelease>();
  for (const key of collectDemands(roots, releasesOf(answers), new Map()).keys()) {
    const answer = answers.get(key);
    if (answer === undefined) continue;
    if ("error" in answer) throw answer.error as Error;
    releases.set(key, answer.release);
  }
  return releases;
}

function stateOf(demands: Demands): string {
  return [...demands]
    .map(([key, list]) => `${key} ${signature(list)}`)
    .sort()
    .join("\n");
}

function tooMany(limit: number): UpyError {
  return new UpyError("too-large", `more than ${limit} packages are needed`, {
    hint: "Raise maxPackages if that can be; more likely a package needs new ones without end.",
  });
}
