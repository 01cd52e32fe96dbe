// Gives the names of a scope their places: which local variable, cell or free variable each of them is.
// Follows scope_compute_things() of py/compile.c, MicroPython 1.28.

import type { NameId } from "@upykit/core/python";
import * as scopes from "./scope.js";
import type { Scope, ScopeName } from "./scope.js";

/** Decides all names of a scope, once all scopes have been looked through. */
export function layOutNames(scope: Scope, className: NameId): void {
  const { names } = scope;
  scope.localCount = 0;
  for (let i = 0; i < names.length; i++) {
    const entry = names[i] as ScopeName;
    // `__class__` is no local; where it is used it becomes a cell.
    if (scope.kind === scopes.SCOPE_CLASS && entry.name === className) continue;
    if (scope.isFunctionLike() && entry.kind === scopes.GLOBAL_IMPLICIT) entry.kind = scopes.GLOBAL_EXPLICIT;
    if (entry.kind === scopes.LOCAL || isParameter(entry)) entry.local = scope.localCount++;
  }
  for (let i = 0; i < names.length; i++) {
    const entry = names[i] as ScopeName;
    if (entry.kind === scopes.CELL && !isParameter(entry)) entry.local = scope.localCount++;
  }
  // A module has no cells: what is inside it uses its names as globals.
  if (scope.parent?.parent !== undefined) placeFreeNames(scope, scope.parent);
}

/** `*args` comes after the other parameters: called when those are all there is. */
export function moveStarBack(names: ScopeName[]): void {
  let star = 0;
  let last = names.length - 1;
  while (star < last && ((names[star] as ScopeName).flags & scopes.IS_STAR_PARAMETER) === 0) star++;
  while (last > star && (names[last] as ScopeName).flags !== scopes.IS_PARAMETER) last--;
  if (last === star) return;
  const starEntry = names[star] as ScopeName;
  const lastEntry = names[last] as ScopeName;
  names[star] = lastEntry;
  names[last] = starEntry;
  lastEntry.order = star;
  starEntry.order = last;
}

function isParameter(entry: ScopeName): boolean {
  return (entry.flags & scopes.IS_PARAMETER) !== 0;
}

/** Free variables come before all others, in the order of the scope around. */
function placeFreeNames(scope: Scope, parent: Scope): void {
  const { names } = scope;
  let closedOver: ScopeName[] | undefined;
  for (let i = 0; i < names.length; i++) {
    const { kind, name } = names[i] as ScopeName;
    const outer = kind === scopes.FREE ? parent.find(name) : undefined;
    if (outer?.kind === scopes.CELL || outer?.kind === scopes.FREE) insertInOrder((closedOver ??= []), outer);
  }
  if (closedOver === undefined) return;
  scope.closedOver = closedOver;
  for (let i = 0; i < closedOver.length; i++) {
    const entry = scope.find((closedOver[i] as ScopeName).name);
    if (entry !== undefined) entry.local = i;
  }
  for (let i = 0; i < names.length; i++) {
    const entry = names[i] as ScopeName;
    if (entry.kind !== scopes.FREE || isParameter(entry)) entry.local += closedOver.length;
  }
  scope.positionalCount += closedOver.length;
  scope.localCount += closedOver.length;
}

/** There are few of them: sorting afterwards would allocate more than all else here. */
function insertInOrder(entries: ScopeName[], entry: ScopeName): void {
  let at = entries.length;
  for (; at > 0 && (entries[at - 1] as ScopeName).order > entry.order; at--) {
    entries[at] = entries[at - 1] as ScopeName;
  }
  entries[at] = entry;
}
