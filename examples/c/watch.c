/* Watches a recording of a motion sensor: prints what the model sees whenever that changes. The README says how to build it. */
#include <edgeseq.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096

/* A failure of the library: its own line says what is wrong and what to do. */
static int64_t checked(int64_t result) {
    if (result < 0) {
        fprintf(stderr, "%s\n", edgeseq_last_error());
        exit(1);
    }
    return result;
}

static void *reserve(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) {
        fprintf(stderr, "not enough memory\n");
        exit(1);
    }
    return memory;
}

/* One line of numbers with commas between them; 0 where it is none, such as a line of names. */
static int parse(const char *line, float *sample, int64_t length) {
    for (int64_t i = 0; i < length; i++) {
        char *end;
        sample[i] = strtof(line, &end);
        if (end == line || (i + 1 < length && *end != ','))
            return 0;
        line = end + 1;
    }
    return 1;
}

/* Continues where the last run ended, if there was one. */
static void restore(edgeseq_session session, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    int64_t size = checked(edgeseq_save(session, NULL, 0));
    void *state = reserve((size_t)size, 1);
    size_t read = fread(state, 1, (size_t)size, file);
    fclose(file);
    checked(edgeseq_restore(session, state, (int64_t)read));
    free(state);
}

static void save(edgeseq_session session, const char *path) {
    int64_t size = checked(edgeseq_save(session, NULL, 0));
    void *state = reserve((size_t)size, 1);
    checked(edgeseq_save(session, state, size));
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(state, 1, (size_t)size, file) != (size_t)size || fclose(file) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
    free(state);
}

static void watch(edgeseq_session session, FILE *recording, const edgeseq_port *input, const edgeseq_port *output) {
    char line[LINE_BYTES];
    float *sample = reserve((size_t)input->length, sizeof *sample);
    float *scores = reserve((size_t)output->length, sizeof *scores);
    int64_t shown = -1;
    while (fgets(line, sizeof line, recording) != NULL) {
        if (!parse(line, sample, input->length))
            continue;
        if (checked(edgeseq_step_f32(session, sample, input->length, scores, output->length)) != EDGESEQ_OUTPUT)
            continue;
        int64_t top = 0;
        for (int64_t i = 1; i < output->length; i++) {
            if (scores[i] > scores[top])
                top = i;
        }
        if (top != shown)
            printf("step %lld: %s %.2f\n", (long long)edgeseq_step_count(session), output->labels[top], scores[top]);
        shown = top;
    }
    free(sample);
    free(scores);
}

int main(int count, char **arguments) {
    if (count < 3 || count > 4) {
        fprintf(stderr, "usage: watch PROGRAM.eseq RECORDING.csv [STATE]\n");
        return 2;
    }
    FILE *recording = fopen(arguments[2], "r");
    if (recording == NULL) {
        fprintf(stderr, "cannot read %s\n", arguments[2]);
        return 1;
    }

    edgeseq_model model = checked(edgeseq_load(arguments[1]));
    edgeseq_port input, output;
    checked(edgeseq_input(model, 0, &input));
    checked(edgeseq_output(model, 0, &output));
    if (output.labels == NULL) {
        fprintf(stderr, "%s has no labels\n", arguments[1]);
        return 1;
    }

    edgeseq_session session = checked(edgeseq_open(model));
    if (count == 4)
        restore(session, arguments[3]);
    watch(session, recording, &input, &output);
    if (count == 4)
        save(session, arguments[3]);
    fclose(recording);
    checked(edgeseq_close(session));
    checked(edgeseq_unload(model));
    return 0;
}
