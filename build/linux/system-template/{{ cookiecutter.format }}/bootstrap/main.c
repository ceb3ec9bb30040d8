/* The entry point: runs the distribution's Python, isolated from the user's variables and packages.
   `-X claudometer=` tells the program its own path, for child processes and for start at login. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PYTHON "/usr/bin/python3"
#define PROGRAM "/usr/bin/claudometer"
#define LAUNCH "/usr/lib/claudometer/launch.py"
#define OURS 5

int main(int count, char **words) {
    char **all = calloc((size_t)count + OURS, sizeof *all);
    if (all == NULL) return 71;
    all[0] = PYTHON;
    all[1] = "-I";
    all[2] = "-Xclaudometer=" PROGRAM;
    all[3] = LAUNCH;
    for (int place = 1; place < count; place++) all[place + OURS - 2] = words[place];
    execv(PYTHON, all);
    fprintf(stderr, "claudometer: %s cannot be started: %s\n", PYTHON, strerror(errno));
    return 69;
}
