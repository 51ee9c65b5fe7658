# Shared by the findings. Sourced; the caller has set -euo pipefail.

# A folder of its own, gone when the script ends.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The Node that this repository brings, where it is installed; any from 24 does (better-sqlite3 wants 22 at least).
PATH=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/node_modules/.bin:$PATH

# install PACKAGE@VERSION …: exact versions, and nothing of this repository's.
install() {
  printf '{ "name": "finding", "private": true, "type": "module" }\n' >"$work/package.json"
  write_report
  if (($# == 0)); then return; fi # Node alone
  npm install --prefix "$work" --no-audit --no-fund --save-exact --ignore-scripts --prefer-offline --loglevel=error "$@" >/dev/null ||
    { echo "could not install $*" >&2; return 2; }
}

# probe [NODE OPTION …] <<'JS': runs the program from standard input beside the packages, for 60 s at most.
probe() {
  cat >"$work/probe.mjs"
  (cd "$work" && timeout 60 node "$@" probe.mjs)
}

# report.mjs: prints the four lines; leaves with 0 when what is seen is what stands in the table, else with 3.
write_report() {
  cat >"$work/report.mjs" <<'EOJ'
import { readFileSync } from 'node:fs';

const json = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
const names = Object.keys(json('package.json').dependencies ?? {});

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** still: whether the surprise is still there. */
export function report({ expected, seen, figures, still }) {
  const packages = names.map((name) => `${name} ${json(`node_modules/${name}/package.json`).version}`);
  if (packages.length === 0) packages.push(`Node ${process.versions.node}`);
  const lines = [
    `package:  ${packages.join(', ')}`,
    `expected: ${expected}`,
    `seen:     ${still ? seen : `no longer: ${seen}`}`,
    `figures:  ${figures}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`, () => process.exit(still ? 0 : 3));
}
EOJ
}

# line.mjs: a serial line without hardware, on serialport's own mock; for findings about Modbus masters.
write_line() {
  cat >"$work/line.mjs" <<'EOJ'
import { MockBinding } from '@serialport/binding-mock';

/** CRC-16 of Modbus (polynomial 0xA001, start 0xFFFF), low byte first, behind the bytes. */
export function framed(...bytes) {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return Buffer.from([...bytes, crc & 0xff, crc >>> 8]);
}

/** The right answer to a read of holding registers, of a slave whose registers hold their own address. */
export function registers(request) {
  const [address, count] = [request.readUInt16BE(2), request.readUInt16BE(4)];
  const words = Array.from({ length: count }, (_, i) => address + i);
  return framed(request[0], 3, 2 * count, ...words.flatMap((word) => [word >>> 8, word & 0xff]));
}

/** serialport's mock with somebody at the other end, who is given each request and a way to answer. */
export function lineTo(slave) {
  MockBinding.createPort('/dev/line');
  return {
    ...MockBinding,
    async open(options) {
      const port = await MockBinding.open(options);
      const write = port.write.bind(port);
      port.write = async (bytes) => {
        await write(bytes);
        slave(Buffer.from(bytes), (answer) => port.isOpen && port.emitData(answer));
      };
      return port;
    },
  };
}
EOJ
}

# listening.mjs: an Aedes on a free port of the loopback; for findings about MQTT.
write_listening() {
  cat >"$work/listening.mjs" <<'EOJ'
import net from 'node:net';
import { Aedes } from 'aedes';

/** cut: ends every connection without a word. connections: how many there have been. */
export async function listening(options) {
  const broker = await Aedes.createBroker(options);
  const sockets = new Set();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket.on('error', () => {}));
    broker.handle(socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    broker,
    url: `mqtt://127.0.0.1:${server.address().port}`,
    connections: () => connections,
    cut: () => sockets.forEach((socket) => void socket.destroy()),
  };
}
EOJ
}
