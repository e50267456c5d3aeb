/** The command line's devices: what QEMU and Firecracker write, and what they would never write. */
import { forEachMmioDevice } from "./command-line.ts";
import type { MmioDevice } from "./command-line.ts";

/** What the visits saw, folded together. */
class Seen {
  count: u32 = 0;
  addresses: u64 = 0;
  sizes: u64 = 0;
  lines: u32 = 0;

  add(device: MmioDevice): void {
    this.count++;
    this.addresses += device.address;
    this.sizes += device.size;
    this.lines += device.line;
  }
}

function parse(line: str, seen: Seen): void {
  forEachMmioDevice(bytes(line), (device) => {
    seen.add(device);
  });
}

/** Whether the line names no device. */
function isEmpty(line: str): boolean {
  const seen = new Seen();
  parse(line, seen);
  return seen.count === 0;
}

/** @test */
export function asQemuWritesIt(): void {
  const seen = new Seen();
  parse("a=b virtio_mmio.device=512@0xfeb00e00:12 virtio_mmio.device=512@0xfeb00c00:11", seen);
  assert(seen.count === 2);
  assert(seen.addresses === 0xfeb0_0e00 + 0xfeb0_0c00);
  assert(seen.sizes === 1024 && seen.lines === 23);
}

/** @test */
export function asFirecrackerWritesIt(): void {
  const seen = new Seen();
  parse("reboot=k  virtio_mmio.device=4K@0xD0000000:5 ", seen);
  assert(seen.count === 1 && seen.addresses === 0xd000_0000 && seen.sizes === 4096);
  assert(seen.lines === 5);
}

/** @test */
export function anIdMayFollow(): void {
  const seen = new Seen();
  parse("virtio_mmio.device=0x200@1024:5:3", seen);
  assert(seen.count === 1 && seen.addresses === 1024 && seen.sizes === 512);
}

/** @test */
export function otherWordsAreSkipped(): void {
  assert(isEmpty(""));
  assert(isEmpty("   "));
  assert(isEmpty("console=ttyS0 xvirtio_mmio.device=512@0xfeb00000:5"));
  assert(isEmpty("virtio_mmio.device"));
}

/** @test */
export function malformedWordsAreSkipped(): void {
  assert(isEmpty("virtio_mmio.device="));
  assert(isEmpty("virtio_mmio.device=512"));
  assert(isEmpty("virtio_mmio.device=512@"));
  assert(isEmpty("virtio_mmio.device=512@0x:5"));
  assert(isEmpty("virtio_mmio.device=512@0xfeb00000"));
  assert(isEmpty("virtio_mmio.device=512@0xfeb00000:"));
  assert(isEmpty("virtio_mmio.device=512@0xfeb00000:5x"));
  assert(isEmpty("virtio_mmio.device=512@0xfeb00000:5:"));
  assert(isEmpty("virtio_mmio.device=512@0xfffffffffffffffff:5"));
  assert(isEmpty("virtio_mmio.device=512@0xfeb00000:99999999999"));
  assert(isEmpty("virtio_mmio.device=99999999999G@0xfeb00000:5"));
  const seen = new Seen();
  parse("virtio_mmio.device=@: virtio_mmio.device=512@0xfeb00000:5", seen);
  assert(seen.count === 1, "the next word is read all the same");
}
