/**
 * The console: the first serial port (16550A UART), by polling.
 *
 * Bytes go out in bursts of the FIFO's size each time the transmitter reports that it is empty, so
 * there is one status read for 16 bytes. A port that does not answer costs a bounded wait and loses
 * the bytes; an absent one reads as ready.
 *
 * @unsafe reads and writes the UART's ports
 */
import { writePortBytes } from "./cpu.ts";

const COM1: u16 = 0x3f8;
const THR: u16 = COM1;
const IER: u16 = COM1 + 1;
const FCR: u16 = COM1 + 2;
const LCR: u16 = COM1 + 3;
const MCR: u16 = COM1 + 4;
const LSR: u16 = COM1 + 5;
const LCR_8N1 = 0x03;
const LCR_DLAB = 0x80;
const FCR_ENABLE_AND_CLEAR = 0x07;
const MCR_DTR_RTS = 0x03;
const LSR_THRE = 0x20;
const LSR_TEMT = 0x40;
const FIFO_BYTES: usize = 16;
/** 16 bytes take 1.4 ms at 115,200 baud; a port read takes at least 50 ns. */
const MAX_POLLS: u32 = 200_000;

let ready: boolean = false;

/**
 * Writes bytes as they are. Works from the first instruction on; waits for the line while its FIFO
 * is full.
 */
export function consoleWrite(data: Slice<u8>): void {
  if (!ready) initialize();
  let sent = 0;
  while (sent < data.length) {
    waitFor(LSR_THRE);
    const rest = data.length - sent;
    const count = rest < FIFO_BYTES ? rest : FIFO_BYTES;
    writePortBytes(THR, data.sub(sent, count));
    sent += count;
  }
}

/** Waits until the last bit has left. */
export function consoleFlush(): void {
  if (ready) waitFor(LSR_TEMT);
}

/** 115,200 baud, 8 data bits, no parity, FIFOs on, no interrupts. */
function initialize(): void {
  ready = true;
  outb(IER, 0);
  outb(LCR, LCR_DLAB);
  outb(COM1, 1);
  outb(COM1 + 1, 0);
  outb(LCR, LCR_8N1);
  outb(FCR, FCR_ENABLE_AND_CLEAR);
  outb(MCR, MCR_DTR_RTS);
}

function waitFor(bit: u8): void {
  for (let polls: u32 = 0; polls < MAX_POLLS; polls++) {
    if ((inb(LSR) & bit) !== 0) return;
  }
}
