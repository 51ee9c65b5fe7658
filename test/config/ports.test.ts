import { expect, test } from 'vitest';
import { changed, problemsOf } from './site-text.ts';

test.each(['/dev/ttyUSB0', '/dev/ttyACM12'])('a port that is numbered as it comes is warned of: %s', (port) => {
  expect(problemsOf(changed('/dev/serial/by-id/usb-a', port))).toEqual([
    `9:15 agents.0.buses.0.port: warning: ${port} is whichever adapter came first since the box was started; name it by /dev/serial/by-id/… (ls -l /dev/serial/by-id)`,
  ]);
});

test.each(['/dev/serial/by-path/platform-fd500000.pcie-usb-0:1.3:1.0-port0', '/dev/ttyAMA0', '/dev/ttyS0'])(
  'a port that stays what it is is not: %s',
  (port) => {
    expect(problemsOf(changed('/dev/serial/by-id/usb-a', port))).toEqual([]);
  },
);
