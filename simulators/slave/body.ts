import jsmodbus from 'node-modbus';
import { type ExceptionCode, illegalFunction, illegalValue, type Registers, type Served } from './registers.ts';

/**
 * The slave's half of a conversation, one PDU at a time: node-modbus reads the request's body and writes the reply's, so
 * that our own master is never checked by our own codec. What node-modbus takes on trust (a byte count against a
 * quantity, a coil's two legal words, how many may be asked for) is checked before it sees the body.
 */

const { requests, responses } = jsmodbus;

/** The reply to a request that is whole and for this device. */
export function answerBody(pdu: Uint8Array, registers: Registers): Uint8Array {
  const fn = pdu[0] ?? 0;
  if (!known.has(fn)) return exception(fn, illegalFunction);
  if (!isWellFormed(fn, pdu)) return exception(fn, illegalValue);
  if (fn === 5 && isOwnWord(pdu)) return answerOwnWord(pdu, registers);
  const body = requests.RequestFactory.fromBuffer(Buffer.from(pdu));
  if (body === null || body === undefined) return exception(fn, illegalValue);
  const answer = carriedOut(body, registers);
  return answer.ok ? answer.value.createPayload() : exception(fn, answer.exception);
}

type Request = NonNullable<ReturnType<typeof requests.RequestFactory.fromBuffer>>;
type Response = { createPayload(): Uint8Array };

const known: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 15, 16]);

/** Length, quantity and value as the specification bounds them, function by function (6.1–6.12). */
function isWellFormed(fn: number, pdu: Uint8Array): boolean {
  if (pdu.length < 5) return false;
  const second = ((pdu[3] ?? 0) << 8) | (pdu[4] ?? 0);
  switch (fn) {
    case 1:
    case 2:
      return pdu.length === 5 && second >= 1 && second <= 2000;
    case 3:
    case 4:
      return pdu.length === 5 && second >= 1 && second <= 125;
    case 5:
    case 6:
      return pdu.length === 5;
    case 15:
      return second >= 1 && second <= 1968 && hasBytes(pdu, Math.ceil(second / 8));
    default:
      return second >= 1 && second <= 123 && hasBytes(pdu, 2 * second);
  }
}

/** A coil's words are 0000 and FF00; any other is for the device to know. */
function isOwnWord(pdu: Uint8Array): boolean {
  return pdu[4] !== 0 || (pdu[3] !== 0 && pdu[3] !== 0xff);
}

/** node-modbus knows two words for a coil, so what the device says to another is written here: the echo, or its exception. */
function answerOwnWord(pdu: Uint8Array, registers: Registers): Uint8Array {
  const [fn = 5, addressHigh = 0, addressLow = 0, high = 0, low = 0] = pdu;
  const served = registers.writeBits((addressHigh << 8) | addressLow, [{ word: (high << 8) | low }]);
  return served.ok ? pdu : exception(fn, served.exception);
}

function hasBytes(pdu: Uint8Array, count: number): boolean {
  return pdu[5] === count && pdu.length === 6 + count;
}

function carriedOut(body: Request, registers: Registers): Served<Response> {
  if (body instanceof requests.ReadCoilsRequestBody)
    return then(registers.readBits('coil', body.start, body.count), coils);
  if (body instanceof requests.ReadDiscreteInputsRequestBody)
    return then(registers.readBits('discrete', body.start, body.count), discretes);
  if (body instanceof requests.ReadHoldingRegistersRequestBody)
    return then(registers.readWords('holding', body.start, body.count), holdings);
  if (body instanceof requests.ReadInputRegistersRequestBody)
    return then(registers.readWords('input', body.start, body.count), inputs);
  return written(body, registers);
}

function written(body: Request, registers: Registers): Served<Response> {
  if (body instanceof requests.WriteSingleCoilRequestBody)
    return then(registers.writeBits(body.address, [body.value === 0xff00]), () =>
      responses.WriteSingleCoilResponseBody.fromRequest(body),
    );
  if (body instanceof requests.WriteSingleRegisterRequestBody)
    return then(registers.writeWords(body.address, [body.value]), () =>
      responses.WriteSingleRegisterResponseBody.fromRequest(body),
    );
  if (body instanceof requests.WriteMultipleCoilsRequestBody)
    return then(registers.writeBits(body.address, body.valuesAsArray), () =>
      responses.WriteMultipleCoilsResponseBody.fromRequest(body),
    );
  if (body instanceof requests.WriteMultipleRegistersRequestBody)
    return then(registers.writeWords(body.address, body.valuesAsArray), () =>
      responses.WriteMultipleRegistersResponseBody.fromRequest(body),
    );
  return { ok: false, exception: illegalFunction };
}

function then<T>(served: Served<T>, body: (value: T) => Response): Served<Response> {
  return served.ok ? { ok: true, value: body(served.value) } : served;
}

const coils = (bits: readonly boolean[]) => new responses.ReadCoilsResponseBody([...bits], Math.ceil(bits.length / 8));
const discretes = (bits: readonly boolean[]) =>
  new responses.ReadDiscreteInputsResponseBody([...bits], Math.ceil(bits.length / 8));
const holdings = (words: readonly number[]) =>
  new responses.ReadHoldingRegistersResponseBody(2 * words.length, [...words]);
const inputs = (words: readonly number[]) => new responses.ReadInputRegistersResponseBody(2 * words.length, [...words]);

/**
 * node-modbus types the function of an exception as one it knows, and an unknown function is the very thing to refuse;
 * a function of 0x80 or more is refused with its own upper bit kept.
 */
function exception(fn: number, code: ExceptionCode): Uint8Array {
  const functionCode = (fn & 0x7f) as ConstructorParameters<typeof responses.ExceptionResponseBody>[0];
  return new responses.ExceptionResponseBody(functionCode, code).createPayload();
}
