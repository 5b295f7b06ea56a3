/* Prints its name, how long it slept, and the lines and words of stdin. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int quiet = 0;
    for (int option; (option = getopt(argc, argv, "q")) != -1;) quiet = option == 'q';
    time_t before = time(NULL);
    sleep(90);
    int slept = (int)(time(NULL) - before);
    long lines = 0, words = 0;
    char line[256], longest[256] = "";
    while (fgets(line, sizeof line, stdin)) {
        lines++;
        for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
            words++;
            if (strlen(word) > strlen(longest)) strcpy(longest, word);
        }
    }
    if (!quiet) printf("%s %d\nslept %d\n", argv[0], argc, slept);
    printf("lines %ld words %ld longest %s\nthird %.6f\n", lines, words, longest, 1.0 / 3);
    return 0;
}
