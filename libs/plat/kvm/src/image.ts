/**
 * Where the parts of the running image lie, from the symbols of kvm.ld and entry.S, rounded to
 * whole pages.
 *
 * @unsafe takes the addresses of symbols
 */

/** @extern kvm_image_start */
declare const imageStartSymbol: u8;
/** @extern kvm_text_end */
declare const textEndSymbol: u8;
/** @extern kvm_rodata_start */
declare const rodataStartSymbol: u8;
/** @extern kvm_rodata_end */
declare const rodataEndSymbol: u8;
/** @extern kvm_data_start */
declare const dataStartSymbol: u8;
/** @extern kvm_image_end */
declare const imageEndSymbol: u8;
/** @extern kvm_boot_stack_guard */
declare const bootStackGuardSymbol: u8;
/** @extern kvm_exception_stack_guard */
declare const exceptionStackGuardSymbol: u8;

/** Where the image, and in it the code, begins. */
export function textStart(): u64 {
  return u64(addressOf(imageStartSymbol));
}

/** Behind the last page of code. */
export function textEnd(): u64 {
  return pageUp(u64(addressOf(textEndSymbol)));
}

/** The first page of constants. */
export function rodataStart(): u64 {
  return pageDown(u64(addressOf(rodataStartSymbol)));
}

/** Behind the last page of constants. */
export function rodataEnd(): u64 {
  return pageUp(u64(addressOf(rodataEndSymbol)));
}

/** The first page of variables. */
export function dataStart(): u64 {
  return pageDown(u64(addressOf(dataStartSymbol)));
}

/** Behind all that belongs to the image, its stacks included. */
export function imageEnd(): u64 {
  return u64(addressOf(imageEndSymbol));
}

/** The page below the stack that the machine boots on, which `main` keeps. */
export function bootStackGuard(): u64 {
  return u64(addressOf(bootStackGuardSymbol));
}

/** The page below the stack that exceptions run on. */
export function exceptionStackGuard(): u64 {
  return u64(addressOf(exceptionStackGuardSymbol));
}

/** Whether `at` is an address of code. */
export function isCode(at: u64): boolean {
  return at >= textStart() && at < textEnd();
}

/** In which part of the image `at` lies, as a word for people; empty where it is outside. */
export function partOf(at: u64): str {
  if (isCode(at)) return ".text";
  if (at >= rodataStart() && at < rodataEnd()) return ".rodata";
  if (at >= dataStart() && at < imageEnd()) return ".data";
  return "";
}

function pageDown(at: u64): u64 {
  return at & ~u64(4095);
}

function pageUp(at: u64): u64 {
  return (at + 4095) & ~u64(4095);
}
