import { dataBytes, type ModbusRequest, type ReadRequest } from '../../devices/modbus/pdu.ts';

/** Function and length of a reply: those that share both cannot be told apart. */
export function replyShape(asked: ModbusRequest): string {
  return asked.kind === 'read' ? readShape(asked.fn, dataBytes(asked)) : `${asked.fn} written`;
}

/** The same of a read's reply that came. `bytes`: of its data. */
export function readShape(fn: number, bytes: number): string {
  return `${fn} ${bytes}`;
}

/** Whether a read asks for nothing beyond another. */
export function isWithin(read: ReadRequest, { fn, address, count }: ReadRequest): boolean {
  return read.fn === fn && read.address >= address && read.address + read.count <= address + count;
}
