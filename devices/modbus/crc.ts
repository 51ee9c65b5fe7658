/**
 * The CRC-16 of Modbus RTU (Modbus over Serial Line V1.02, 2.5.1.2 and appendix B): polynomial 0xA001 reflected, start
 * value 0xFFFF. On the wire the low byte comes first.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});
