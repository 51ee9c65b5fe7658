"""A Modbus slave that is not ours: pymodbus 3.0, over TCP or a serial line.

usage: pymodbus_server.py tcp PORT IMAGE | serial PATH IMAGE
IMAGE is JSON: {"<unit>": {"coil"|"discrete"|"input"|"holding": {"<address>": value}}}
Prints "ready" when it listens. Ends when its standard input does.
"""

import asyncio
import json
import sys
import threading
import os

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer

TABLES = {"coil": "co", "discrete": "di", "input": "ir", "holding": "hr"}


def block(cells):
    return ModbusSparseDataBlock({int(address): value for address, value in cells.items()} or {0: 0})


def slave(tables):
    blocks = {short: block(tables.get(name, {})) for name, short in TABLES.items()}
    return ModbusSlaveContext(zero_mode=True, **blocks)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


async def main(kind, where, image):
    units = {int(unit): slave(tables) for unit, tables in json.loads(image).items()}
    context = ModbusServerContext(slaves=units, single=False)
    if kind == "tcp":
        server = await StartAsyncTcpServer(context, address=("127.0.0.1", int(where)), defer_start=True)
        task = asyncio.ensure_future(server.serve_forever())
        await server.serving
    else:
        server = await StartAsyncSerialServer(
            context, port=where, framer=ModbusRtuFramer, baudrate=9600, ignore_missing_slaves=True, defer_start=True
        )
        await server.start()
        task = asyncio.ensure_future(server.serve_forever())
        await asyncio.sleep(0.2)
    print("ready", flush=True)
    await task


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main(*sys.argv[1:4]))
