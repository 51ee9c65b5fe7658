/* A Modbus slave that is not ours: libmodbus, over TCP. One map serves every unit.
 *
 * usage: libmodbus_slave PORT < lines "table address value", then a line "go"
 * Prints "ready" when it listens. Ends when its standard input does, or is killed.
 */
#include <errno.h>
#include <modbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  modbus_t *ctx = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_mapping_t *map = modbus_mapping_new(1000, 1000, 1000, 1000);
  char table[16];
  int address, value;
  while (scanf("%15s", table) == 1 && strcmp(table, "go") != 0) {
    if (scanf("%d %d", &address, &value) != 2 || address < 0 || address >= 1000) return 2;
    if (!strcmp(table, "coil")) map->tab_bits[address] = value;
    else if (!strcmp(table, "discrete")) map->tab_input_bits[address] = value;
    else if (!strcmp(table, "input")) map->tab_input_registers[address] = value;
    else map->tab_registers[address] = value;
  }
  int listener = modbus_tcp_listen(ctx, 4);
  if (listener < 0) {
    fprintf(stderr, "listen: %s\n", modbus_strerror(errno));
    return 1;
  }
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    struct pollfd waiting[2] = {{listener, POLLIN, 0}, {0, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 || waiting[1].revents) return 0;
    if (modbus_tcp_accept(ctx, &listener) < 0) continue;
    for (;;) {
      struct pollfd open[2] = {{modbus_get_socket(ctx), POLLIN, 0}, {0, POLLIN, 0}};
      if (poll(open, 2, -1) < 0 || open[1].revents) return 0;
      uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      int length = modbus_receive(ctx, query);
      if (length < 0) break;
      if (length > 0) modbus_reply(ctx, query, length, map);
    }
    modbus_close(ctx);
  }
}
