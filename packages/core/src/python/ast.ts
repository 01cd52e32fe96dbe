// The syntax tree for those who read Python: manifests, import scans, tools. It is plain data, with a place for each node.
// f-strings are what MicroPython makes of them: `f"{a}!"` is the call `"{}!".format(a)`.

/** Where a node starts. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** Bytes of the line's UTF-8, from 1. */
  readonly column: number;
}

interface Node<Type extends string> extends Position {
  readonly type: Type;
}

/** A whole source. */
export interface Module extends Node<"Module"> {
  readonly body: readonly Statement[];
}

export type Statement =
  | FunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | AugmentedAssign
  | AnnotatedAssign
  | For
  | While
  | If
  | With
  | Raise
  | Try
  | Assert
  | Import
  | ImportFrom
  | NameDeclaration
  | ExpressionStatement
  | BareStatement;

/** `def`, `async def` */
export interface FunctionDef extends Node<"FunctionDef"> {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly isAsync: boolean;
}

/** A parameter; a bare `*` has no name. */
export interface Parameter extends Node<"Parameter"> {
  readonly kind: "plain" | "star" | "double-star";
  readonly name: string | undefined;
  readonly annotation: Expression | undefined;
  readonly defaultValue: Expression | undefined;
}

export interface ClassDef extends Node<"ClassDef"> {
  readonly name: string;
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export interface Return extends Node<"Return"> {
  readonly value: Expression | undefined;
}

export interface Delete extends Node<"Delete"> {
  readonly targets: readonly Expression[];
}

/** `a = b = value` */
export interface Assign extends Node<"Assign"> {
  readonly targets: readonly Expression[];
  readonly value: Expression;
}

/** `a += value`; the operator is `+`. */
export interface AugmentedAssign extends Node<"AugmentedAssign"> {
  readonly target: Expression;
  readonly operator: string;
  readonly value: Expression;
}

/** `a: annotation = value` */
export interface AnnotatedAssign extends Node<"AnnotatedAssign"> {
  readonly target: Expression;
  readonly annotation: Expression;
  readonly value: Expression | undefined;
}

export interface For extends Node<"For"> {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
  readonly isAsync: boolean;
}

export interface While extends Node<"While"> {
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

/** `elif` is an `If` alone in `orElse`. */
export interface If extends Node<"If"> {
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly orElse: readonly Statement[];
}

export interface With extends Node<"With"> {
  readonly items: readonly WithItem[];
  readonly body: readonly Statement[];
  readonly isAsync: boolean;
}

export interface WithItem extends Node<"WithItem"> {
  readonly context: Expression;
  readonly target: Expression | undefined;
}

export interface Raise extends Node<"Raise"> {
  readonly exception: Expression | undefined;
  readonly cause: Expression | undefined;
}

export interface Try extends Node<"Try"> {
  readonly body: readonly Statement[];
  readonly handlers: readonly ExceptHandler[];
  readonly orElse: readonly Statement[];
  readonly finalBody: readonly Statement[];
}

export interface ExceptHandler extends Node<"ExceptHandler"> {
  readonly exception: Expression | undefined;
  readonly name: string | undefined;
  readonly body: readonly Statement[];
}

export interface Assert extends Node<"Assert"> {
  readonly test: Expression;
  readonly message: Expression | undefined;
}

/** `import a.b as c, d` */
export interface Import extends Node<"Import"> {
  readonly names: readonly ImportedName[];
}

/** `from ..a import b as c` */
export interface ImportFrom extends Node<"ImportFrom"> {
  /** Empty in `from . import a`. */
  readonly module: string;
  /** The number of leading dots. */
  readonly level: number;
  readonly names: readonly ImportedName[] | "*";
}

export interface ImportedName {
  readonly name: string;
  readonly alias: string | undefined;
}

/** `global a, b`, `nonlocal a, b` */
export interface NameDeclaration extends Node<"Global" | "Nonlocal"> {
  readonly names: readonly string[];
}

export interface ExpressionStatement extends Node<"ExpressionStatement"> {
  readonly value: Expression;
}

export type BareStatement = Node<"Pass" | "Break" | "Continue">;

export type Expression =
  | Name
  | StringLiteral
  | BytesLiteral
  | NumberLiteral
  | ConstantLiteral
  | BooleanOperation
  | UnaryOperation
  | BinaryOperation
  | Comparison
  | Conditional
  | Lambda
  | Call
  | Attribute
  | Subscript
  | Slice
  | Sequence
  | Dict
  | Comprehension
  | Starred
  | NamedExpression
  | Await
  | Yield
  | YieldFrom;

export interface Name extends Node<"Name"> {
  readonly name: string;
}

/** Adjacent literals are one. */
export interface StringLiteral extends Node<"String"> {
  readonly value: string;
}

export interface BytesLiteral extends Node<"Bytes"> {
  readonly value: Uint8Array;
}

export interface NumberLiteral extends Node<"Number"> {
  readonly kind: "int" | "float" | "imaginary";
  /** A bigint where an integer does not fit 2**53. */
  readonly value: number | bigint;
}

export interface ConstantLiteral extends Node<"Constant"> {
  readonly value: "None" | "True" | "False" | "Ellipsis";
}

export interface BooleanOperation extends Node<"BooleanOperation"> {
  readonly operator: "and" | "or";
  readonly operands: readonly Expression[];
}

export interface UnaryOperation extends Node<"UnaryOperation"> {
  readonly operator: "not" | "+" | "-" | "~";
  readonly operand: Expression;
}

export interface BinaryOperation extends Node<"BinaryOperation"> {
  readonly left: Expression;
  readonly operator: string;
  readonly right: Expression;
}

/** `a < b <= c`: each operator stands before its operand. */
export interface Comparison extends Node<"Comparison"> {
  readonly left: Expression;
  readonly rest: readonly { readonly operator: string; readonly operand: Expression }[];
}

/** `body if test else orElse` */
export interface Conditional extends Node<"Conditional"> {
  readonly test: Expression;
  readonly body: Expression;
  readonly orElse: Expression;
}

export interface Lambda extends Node<"Lambda"> {
  readonly parameters: readonly Parameter[];
  readonly body: Expression;
}

export interface Call extends Node<"Call"> {
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

/** An argument; `name` is there for a keyword argument. */
export interface Argument extends Node<"Argument"> {
  readonly kind: "plain" | "star" | "double-star";
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface Attribute extends Node<"Attribute"> {
  readonly value: Expression;
  readonly name: string;
}

export interface Subscript extends Node<"Subscript"> {
  readonly value: Expression;
  readonly index: Expression;
}

export interface Slice extends Node<"Slice"> {
  readonly lower: Expression | undefined;
  readonly upper: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface Sequence extends Node<"Tuple" | "List" | "Set"> {
  readonly items: readonly Expression[];
}

export interface Dict extends Node<"Dict"> {
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}

/** A comprehension or generator expression. `value` is there for a dict. */
export interface Comprehension extends Node<
  "ListComprehension" | "SetComprehension" | "DictComprehension" | "Generator"
> {
  readonly element: Expression;
  readonly value: Expression | undefined;
  readonly clauses: readonly ComprehensionClause[];
}

/** `for target in iterable`, or `if test`. */
export type ComprehensionClause =
  | { readonly kind: "for"; readonly target: Expression; readonly iterable: Expression }
  | { readonly kind: "if"; readonly test: Expression };

export interface Starred extends Node<"Starred"> {
  readonly value: Expression;
}

/** `target := value` */
export interface NamedExpression extends Node<"NamedExpression"> {
  readonly target: Expression;
  readonly value: Expression;
}

export interface Await extends Node<"Await"> {
  readonly value: Expression;
}

export interface Yield extends Node<"Yield"> {
  readonly value: Expression | undefined;
}

export interface YieldFrom extends Node<"YieldFrom"> {
  readonly value: Expression;
}
