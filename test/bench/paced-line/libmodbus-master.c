/* A plain poller on libmodbus, as the floor of what a transaction costs.
 *
 * usage: libmodbus_master PATH BAUD UNITS COUNT TIMEOUT_MS WARM_MS RUN_MS
 * Reads COUNT registers at 0 of units 1 to UNITS in turn. Prints {"event":"mark"} when it begins to count, and at the end
 * a line as bus-master.ts prints it.
 */
#include <errno.h>
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double cpu_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
  if (argc != 8) return 2;
  int units = atoi(argv[3]), count = atoi(argv[4]), timeout_ms = atoi(argv[5]);
  modbus_t *line = modbus_new_rtu(argv[1], atoi(argv[2]), 'N', 8, 1);
  modbus_set_response_timeout(line, timeout_ms / 1000, timeout_ms % 1000 * 1000);
  if (line == NULL || modbus_connect(line) != 0) {
    fprintf(stderr, "%s: %s\n", argv[1], modbus_strerror(errno));
    return 1;
  }
  double mark_ms = now_ms() + atof(argv[6]), end_ms = mark_ms + atof(argv[7]), cpu_from = 0, from_ms = 0;
  long right = 0, wrong = 0, none = 0;
  int is_marked = 0;
  while (now_ms() < end_ms) {
    for (int unit = 1; unit <= units; unit++) {
      if (!is_marked && now_ms() >= mark_ms) {
        is_marked = 1;
        right = wrong = none = 0;
        printf("{\"event\":\"mark\"}\n");
        fflush(stdout);
        cpu_from = cpu_us();
        from_ms = now_ms();
      }
      uint16_t words[125];
      modbus_set_slave(line, unit);
      if (modbus_read_registers(line, 0, count, words) != count) none++;
      else if (words[0] != unit * 1000 || words[count - 1] != unit * 1000 + count - 1) wrong++;
      else right++;
    }
  }
  printf("{\"event\":\"done\",\"right\":%ld,\"wrong\":%ld,\"none\":%ld,\"cpuUs\":%.0f,\"wallMs\":%.1f}\n", right, wrong, none,
         cpu_us() - cpu_from, now_ms() - from_ms);
  return 0;
}
