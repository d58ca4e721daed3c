/* Runs a fuzz target over files that are kept: every input that was ever interesting, without a fuzzer. Arguments:
 * files or folders. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

enum { MOST_BYTES = 1 << 20 };

static size_t replayed;

static void replay_file(const char *path) {
    static uint8_t room[MOST_BYTES];
    FILE *file = fopen(path, "rb");
    fuzz_require(file);
    struct cg_slice bytes = {room, fread(room, 1, sizeof room, file)};
    fclose(file);
    uint8_t *exact = fuzz_copy(bytes);
    LLVMFuzzerTestOneInput(exact, bytes.len);
    free(exact);
    replayed++;
}

static void replay(const char *path) {
    struct stat info;
    fuzz_require(stat(path, &info) == 0);
    if (!S_ISDIR(info.st_mode)) {
        replay_file(path);
        return;
    }
    struct dirent **names = NULL;
    int count = scandir(path, &names, NULL, alphasort);
    fuzz_require(count >= 0);
    for (int i = 0; i < count; i++) {
        char name[4096];
        int len = snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
        fuzz_require(len > 0 && (size_t)len < sizeof name);
        if (names[i]->d_name[0] != '.')
            replay(name);
        free(names[i]);
    }
    free(names);
}

int main(int argc, char **argv) {
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    fuzz_require(argc < 2 || replayed > 0);
    printf("%zu inputs replayed\n", replayed);
    return 0;
}
