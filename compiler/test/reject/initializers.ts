/** Module-level variables that are read before their own initialisers have run. */
class Later {
  value: u32 = 3;
}
const storage = new Later();
const found = pick();
let early: u32 = readLate(); // TK3005
let late: u32 = found.value;
function pick(): Later {
  return storage;
}
function readLate(): u32 {
  return late + found.value;
}
export function useThem(): u32 {
  return early + late;
}
export function main(): void {}
