/**
 * Every diagnostic of the compiler: a permanent code and its general rule. The message at a place says what is wrong
 * there; this says why it is an error at all and what to write instead. Codes are never reused.
 */
export const CODES = {
  TK1001: "The construct is not part of the kernel profile.",
  TK1002: "`any` and `unknown` hide what a value is; the kernel profile needs its exact type.",
  TK1003: "Plain `number` has no size; write an integer type such as u32, usize or i64.",
  TK1004: "Use `===` and `!==`; the loose comparisons convert.",
  TK1005: "`var` is not block-scoped; use `const` or `let`.",
  TK1006: "There are no exceptions; return an error value, or panic() for programmer errors.",
  TK1007:
    "A module has only declarations at top level; code runs from main() or an @init function.",
  TK1008:
    "This operation can break memory safety; it is allowed only in files whose head comment has `@unsafe REASON`.",
  TK1009:
    "A union needs a layout; only `T | null` of classes, interfaces and function pointers has one.",
  TK1010: "The name is declared but has no definition that the compiler can use.",
  TK2001:
    "The value does not convert to this type without losing something; convert explicitly, e.g. u16(x).",
  TK2002: "The operands have no common type that holds both without loss; convert one explicitly.",
  TK2003: "The constant does not fit into the type.",
  TK2004:
    "The result of arithmetic is not widened implicitly: it has wrapped before; widen an operand: u64(a) * b.",
  TK2005: "A condition is a boolean; compare explicitly, e.g. `x !== 0` or `x !== null`.",
  TK2006: "The operator does not work on these types.",
  TK2007: "The shift count is not below the width of the type.",
  TK2008: "The index is outside the array.",
  TK2009: "Division by the constant zero.",
  TK2010: "The type of an integer constant cannot be known here; write e.g. u32(1).",
  TK2011: "The value may be null; compare it with null first.",
  TK2012: "Type arguments cannot be inferred; write them.",
  TK2013: "The function or method needs other arguments.",
  TK2014: "The type has no such member.",
  TK2015:
    "Classes are nominal: the value is of another class, or its class does not say `implements`.",
  TK2016: "An enum member must be an integer constant from 0 to 2^32 - 1.",
  TK2017: "The expression is not a compile-time constant.",
  TK2018: "staticAssert: the condition is false.",
  TK2019: "Cannot assign to this.",
  TK2020: "Objects in an array or slice have their place; they cannot be copied or overwritten.",
  TK2021: "Only methods of abstract classes can be overridden; calls on other classes are direct.",
  TK3001: "An object on the stack must not outlive its function.",
  TK3002:
    "A closure must not be stored: it lives on the stack. Use a CFn<F>, a function without captured variables.",
  TK3003: "The layout of the class is not possible.",
  TK3004: "A class contains itself by value.",
  TK3005: "A module-level variable is read before its own initialiser has run.",
  TK3006: "A reference must refer to an object from the start, or be `T | null`.",
  TK3007:
    "The bytes of this type come from outside or from another type, so any value must be valid for each field.",
  TK4001: "The API has no implementation in this program.",
  TK4002: "The implementation does not match the API's declaration.",
  TK4003: "The configuration has no value, or an unfit one, for this option.",
  TK4004: "The module cannot be found.",
  TK4005: "The program needs an exported function `main(): i32`, or `main(): void`.",
  TK4006: "The doc tag is malformed.",
  TK4007: "A function that the compiler calls is missing or declared twice.",
  TK9001: "The compiler met a case that it does not handle; please report it.",
} as const;

export type Code = keyof typeof CODES;
