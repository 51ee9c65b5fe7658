/* An RS-485 line with slaves on it, as far as a pseudo-terminal lets one be seen: it keeps the line's time itself.
 *
 * usage: paced_line BAUD TURNAROUND_US CHUNK
 *   characters of 10 bits (8N1). CHUNK 1 puts every byte out as it comes off the wire, as a UART without FIFO does;
 *   CHUNK n only every n, and the rest 4 characters after the last, as a FIFO with that trigger level does.
 * Prints {"path":...} and then one line of JSON for each "stats". Commands, a line each:
 *   dead UNIT...            these units are silent, all others answer
 *   fault NAME EVERY MS     every EVERY-th reply is: late by MS, duplicate (a copy MS later), stray (a 00 before it); or none
 *   mark                    counts start again; the time counts from the next request
 *   stats
 * Ends when its standard input does, or its parent.
 *
 * Registers say where they are: unit * 1000 + address. Functions 3 and 4 are answered, anything else is not.
 *
 * A request begins when its first byte is read here and lasts its 8 characters; the reply begins t3.5 and the turnaround
 * later. A request is too early if its first byte is read less than t3.5 after the last byte of a reply was written. The
 * stamp of a written byte is taken before the write and that of a read byte after the read, so the gap that is counted
 * is never shorter than the one the master kept: nobody is accused who waited from what he saw. Whoever is too early by
 * less than the delivery through the pseudo-terminal (measured at the start: "deliveryUs") is let off.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { longest = 300, most_waiting = 64, request_length = 8, units = 256, most_gaps = 1 << 16, trials = 200, wake_early_ns = 80000 };

struct frame {
  int64_t due_ns;
  int length;
  uint8_t bytes[longest];
};

static int64_t char_ns, silence_ns, turnaround_ns;
static int chunk, pty;

static struct frame waiting[most_waiting], going;
static int waiting_count, put_out, is_going;
static int64_t going_begin_ns, traffic_end_ns;

static uint8_t request[request_length];
static int request_count;
static int64_t request_end_ns, request_byte_ns;

static uint8_t is_dead[units];
static enum { none, late, duplicate, stray } fault = none;
static int fault_every = 0, fault_ms = 0;
static long replies_made = 0;

static long requests, early, collisions, answered, faults_struck, asked[units];
static int64_t first_ns, latest_ns, ideal_ns, ideal_of_last_ns, last_read_ns[units];
static int32_t gaps_us[most_gaps], lateness_us[most_gaps];
static int gap_count, lateness_count;
static int32_t delivery_us[trials];

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint16_t crc16(const uint8_t *bytes, int length) {
  uint16_t crc = 0xffff;
  for (int i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

static void forget(void) {
  requests = early = collisions = answered = faults_struck = 0;
  first_ns = latest_ns = ideal_ns = ideal_of_last_ns = 0;
  gap_count = lateness_count = 0;
  memset(asked, 0, sizeof asked);
}

/* What is put out stands in the order of time; two are never on the wire at once. */
static void schedule(int64_t due_ns, const uint8_t *bytes, int length) {
  if (waiting_count == most_waiting) return;
  int at = waiting_count++;
  for (; at > 0 && waiting[at - 1].due_ns > due_ns; at--) waiting[at] = waiting[at - 1];
  waiting[at].due_ns = due_ns;
  waiting[at].length = length;
  memcpy(waiting[at].bytes, bytes, length);
}

static void answer(void) {
  int unit = request[0], fn = request[1];
  int address = request[2] << 8 | request[3], count = request[4] << 8 | request[5];
  asked[unit]++;
  last_read_ns[unit] = request_end_ns;
  traffic_end_ns = request_end_ns;
  ideal_of_last_ns = 0;
  if (is_dead[unit] || (fn != 3 && fn != 4) || count < 1 || count > 125) return;
  uint8_t reply[longest];
  int length = 0;
  int strikes = fault != none && ++replies_made % fault_every == 0;
  if (strikes) faults_struck++;
  if (strikes && fault == stray) reply[length++] = 0;
  int start = length;
  reply[length++] = unit;
  reply[length++] = fn;
  reply[length++] = count * 2;
  for (int i = 0; i < count; i++) {
    int value = unit * 1000 + address + i;
    reply[length++] = value >> 8;
    reply[length++] = value & 0xff;
  }
  uint16_t crc = crc16(reply + start, length - start);
  reply[length++] = crc & 0xff;
  reply[length++] = crc >> 8;
  int64_t due_ns = request_end_ns + silence_ns + turnaround_ns;
  if (strikes && fault == late) due_ns += fault_ms * 1000000LL;
  schedule(due_ns, reply, length);
  if (strikes && fault == duplicate) schedule(due_ns + length * char_ns + fault_ms * 1000000LL, reply, length);
  answered++;
  ideal_of_last_ns = (request_length + length) * char_ns + 2 * silence_ns + turnaround_ns;
}

static void request_begins(int64_t at_ns) {
  requests++;
  if (is_going) collisions++;
  else if (at_ns - traffic_end_ns < silence_ns) early++;
  if (!is_going && gap_count < most_gaps && traffic_end_ns > 0) gaps_us[gap_count++] = (at_ns - traffic_end_ns) / 1000;
  if (first_ns == 0) first_ns = at_ns;
  else ideal_ns += ideal_of_last_ns;
  latest_ns = at_ns;
  request_end_ns = at_ns;
}

static void hear(const uint8_t *bytes, int length, int64_t at_ns) {
  if (request_count > 0 && at_ns - request_byte_ns > 20000000) request_count = 0;
  request_byte_ns = at_ns;
  for (int i = 0; i < length; i++) {
    if (request_count == 0) request_begins(at_ns);
    request[request_count++] = bytes[i];
    request_end_ns = (request_end_ns > at_ns ? request_end_ns : at_ns) + char_ns;
    if (request_count < request_length) continue;
    request_count = 0;
    uint16_t crc = crc16(request, request_length - 2);
    if (request[6] == (crc & 0xff) && request[7] == crc >> 8) answer();
  }
}

static int is_last(void) { return is_going && going.length - put_out <= chunk; }

/* When the next byte, or chunk of them, has come off the wire. */
static int64_t next_put_ns(void) {
  if (is_going) {
    int upto = put_out + chunk;
    return upto <= going.length ? going_begin_ns + upto * char_ns : going_begin_ns + (going.length + 4) * char_ns;
  }
  return waiting_count > 0 ? waiting[0].due_ns : INT64_MAX;
}

/* The last byte is what a master waits for: it is due to the microsecond, at the price of a little turning round. */
static int64_t wake_ns(void) {
  int64_t next_ns = next_put_ns();
  return is_last() ? next_ns - wake_early_ns : next_ns;
}

static void put(void) {
  if (!is_going) {
    going = waiting[0];
    memmove(waiting, waiting + 1, --waiting_count * sizeof *waiting);
    going_begin_ns = going.due_ns > traffic_end_ns ? going.due_ns : traffic_end_ns;
    put_out = 0;
    is_going = 1;
    return;
  }
  int64_t due_ns = next_put_ns();
  while (is_last() && now_ns() < due_ns) continue;
  int length = going.length - put_out < chunk ? going.length - put_out : chunk;
  int64_t at_ns = now_ns();
  if (is_last() && lateness_count < most_gaps) lateness_us[lateness_count++] = (at_ns - due_ns) / 1000;
  if (write(pty, going.bytes + put_out, length) < 0 && errno != EAGAIN) die("write");
  put_out += length;
  if (put_out < going.length) return;
  is_going = 0;
  /* Behind a FIFO the wire fell silent before the last chunk was handed on. */
  traffic_end_ns = length < chunk || chunk > 1 ? going_begin_ns + going.length * char_ns : at_ns;
}

static int ascending(const void *a, const void *b) {
  return *(const int32_t *)a < *(const int32_t *)b ? -1 : *(const int32_t *)a > *(const int32_t *)b;
}

static int32_t share(int32_t *values, int count, double part) {
  if (count == 0) return -1;
  qsort(values, count, sizeof *values, ascending);
  int at = part * count;
  return values[at < count ? at : count - 1];
}

static void print_stats(void) {
  printf("{\"requests\":%ld,\"early\":%ld,\"collisions\":%ld,\"answered\":%ld,\"faults\":%ld,", requests, early, collisions,
         answered, faults_struck);
  printf("\"idealMs\":%.3f,\"elapsedMs\":%.3f,", ideal_ns / 1e6, (latest_ns - first_ns) / 1e6);
  printf("\"gapUs\":{\"min\":%d,\"p50\":%d},", share(gaps_us, gap_count, 0), share(gaps_us, gap_count, 0.5));
  printf("\"latenessUs\":{\"p50\":%d,\"p99\":%d},", share(lateness_us, lateness_count, 0.5),
         share(lateness_us, lateness_count, 0.99));
  printf("\"deliveryUs\":{\"p50\":%d,\"p99\":%d},\"units\":{", share(delivery_us, trials, 0.5), share(delivery_us, trials, 0.99));
  const char *comma = "";
  for (int unit = 0; unit < units; unit++) {
    if (asked[unit] == 0) continue;
    printf("%s\"%d\":{\"asked\":%ld,\"lastReadMs\":%.3f}", comma, unit, asked[unit], last_read_ns[unit] / 1e6);
    comma = ",";
  }
  printf("}}\n");
}

static void obey(char *line) {
  char *word = strtok(line, " \n");
  if (word == NULL) return;
  if (strcmp(word, "mark") == 0) forget();
  if (strcmp(word, "stats") == 0) print_stats();
  if (strcmp(word, "dead") == 0) {
    memset(is_dead, 0, sizeof is_dead);
    while ((word = strtok(NULL, " \n")) != NULL) is_dead[atoi(word) & 0xff] = 1;
  } else if (strcmp(word, "fault") == 0) {
    const char *name = strtok(NULL, " \n"), *every = strtok(NULL, " \n"), *ms = strtok(NULL, " \n");
    fault = name == NULL ? none : !strcmp(name, "late") ? late : !strcmp(name, "duplicate") ? duplicate : !strcmp(name, "stray") ? stray : none;
    fault_every = every == NULL || atoi(every) < 1 ? 1 : atoi(every);
    fault_ms = ms == NULL ? 0 : atoi(ms);
  }
}

static void read_commands(void) {
  static char text[1024];
  static size_t held = 0;
  ssize_t got = read(STDIN_FILENO, text + held, sizeof text - 1 - held);
  if (got <= 0) exit(0);
  held += got;
  text[held] = 0;
  for (char *end; (end = memchr(text, '\n', held)) != NULL;) {
    size_t length = end - text + 1;
    *end = 0;
    char line[sizeof text];
    memcpy(line, text, length);
    obey(line);
    held -= length;
    memmove(text, text + length, held + 1);
  }
  if (held == sizeof text - 1) held = 0;
}

static int open_pty(void) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY);
  if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0) die("pty");
  /* Held open, so that a master that closes does not take the line with it. */
  int other = open(ptsname(fd), O_RDWR | O_NOCTTY);
  if (other < 0) die("pty");
  struct termios raw;
  tcgetattr(other, &raw);
  cfmakeraw(&raw);
  tcsetattr(other, TCSANOW, &raw);
  for (int i = 0; i < trials; i++) {
    uint8_t byte = 0;
    int64_t from_ns = now_ns();
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (write(other, &byte, 1) != 1 || poll(&ready, 1, 1000) != 1 || read(fd, &byte, 1) != 1) die("pty");
    delivery_us[i] = (now_ns() - from_ns) / 1000;
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  printf("{\"path\":\"%s\"}\n", ptsname(fd));
  return fd;
}

/* A line is not slowed by what else the machine does: ahead of others where that is allowed, woken to the microsecond. */
static void be_punctual(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);
  struct sched_param first = {.sched_priority = 10};
  sched_setscheduler(0, SCHED_FIFO, &first);
  mlockall(MCL_CURRENT | MCL_FUTURE);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: paced_line BAUD TURNAROUND_US CHUNK\n");
    return 2;
  }
  int baud = atoi(argv[1]);
  char_ns = 10000000000LL / baud;
  silence_ns = baud > 19200 ? 1750000 : char_ns * 7 / 2;
  turnaround_ns = atoll(argv[2]) * 1000;
  chunk = atoi(argv[3]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  be_punctual();
  pty = open_pty();
  struct pollfd both[2] = {{.fd = pty, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  for (;;) {
    int64_t at_ns = wake_ns(), wait_ns = at_ns == INT64_MAX ? 1000000000 : at_ns - now_ns();
    if (wait_ns > 0) {
      struct timespec wait = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
      if (ppoll(both, 2, &wait, NULL) < 0 && errno != EINTR) die("poll");
    } else if (poll(both, 2, 0) < 0 && errno != EINTR) {
      die("poll");
    }
    if (both[0].revents & POLLIN) {
      uint8_t bytes[256];
      ssize_t got = read(pty, bytes, sizeof bytes);
      if (got > 0) hear(bytes, got, now_ns());
    }
    if (both[1].revents) read_commands();
    while (wake_ns() <= now_ns()) put();
  }
}
