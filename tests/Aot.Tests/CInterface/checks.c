/* What edgeseq.h promises, checked from C: checks ACTIVITY.eseq EMBEDDING.eseq TWO_INPUTS.eseq AHEAD.eseq, programs of CInterfacePrograms.cs.
 * Ends with 0 and "all hold", or names the first check that does not. */
#include <edgeseq.h>

#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 6, CLASSES = 6, STEPS = 400, THREADS = 4, MANY_STEPS = 10000, MANY_SESSIONS = 1000 };

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "line %d does not hold: %s; last error: %s\n", __LINE__, #condition, edgeseq_last_error()); \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

/* The result is this failure, and its line begins with its code. */
#define CHECK_FAILS(number, call)                                                    \
    do {                                                                             \
        char start[32];                                                              \
        snprintf(start, sizeof start, "error ES%04d: ", number);                     \
        CHECK((call) == -(number));                                                  \
        CHECK(strncmp(edgeseq_last_error(), start, strlen(start)) == 0);             \
        CHECK(strlen(edgeseq_last_error()) > strlen(start));                         \
    } while (0)

static edgeseq_model activity;
static float expected[STEPS][CLASSES];

/* A signal that is the same everywhere: whole numbers, scaled. */
static void sample(int step, float *values) {
    for (int i = 0; i < CHANNELS; i++)
        values[i] = (float)((step * 7 + i * 13) % 41 - 20) / 16;
}

static void steps(edgeseq_session session, int from, int to, float scores[][CLASSES]) {
    float values[CHANNELS];
    for (int i = from; i < to; i++) {
        sample(i, values);
        CHECK(edgeseq_step_f32(session, values, CHANNELS, scores[i], CLASSES) == EDGESEQ_OUTPUT);
    }
}

static void check_description(void) {
    edgeseq_info info;
    edgeseq_port port;
    CHECK(edgeseq_abi() == EDGESEQ_ABI);
    CHECK(strchr(edgeseq_version(), '.') != NULL);
    CHECK(edgeseq_describe(activity, &info) == 0);
    CHECK(info.inputs == 1 && info.outputs == 1 && info.rate_hz == 50 && info.delay == 0 && info.session_bytes > 0);
    CHECK(strlen(info.kernels) > 0);
    CHECK(edgeseq_input(activity, 0, &port) == 0);
    CHECK(strcmp(port.name, "motion") == 0 && port.type == EDGESEQ_F32 && port.rank == 1 && port.shape[0] == CHANNELS);
    CHECK(port.length == CHANNELS && port.rate == 1);
    CHECK(edgeseq_output(activity, 0, &port) == 0);
    CHECK(strcmp(port.name, "activity") == 0 && port.length == CLASSES && strcmp(port.labels[5], "lying") == 0);
    CHECK(edgeseq_input_index(activity, "motion") == 0 && edgeseq_output_index(activity, "activity") == 0);
    CHECK_FAILS(507, edgeseq_input_index(activity, "nothing"));
    CHECK_FAILS(507, edgeseq_output_index(activity, NULL));
    CHECK_FAILS(507, edgeseq_input(activity, 1, &port));
    CHECK_FAILS(507, edgeseq_output(activity, -1, &port));
    CHECK_FAILS(507, edgeseq_describe(activity, NULL));
}

static void check_load_from_memory(const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    char *bytes = malloc((size_t)size);
    rewind(file);
    CHECK(bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size && fclose(file) == 0);
    edgeseq_model model = edgeseq_load_memory(bytes, size, NULL);
    CHECK(model > 0);
    memset(bytes, 0, (size_t)size);

    static float scores[STEPS][CLASSES];
    edgeseq_session session = edgeseq_open(model);
    CHECK(session > 0 && edgeseq_unload(model) == 0);
    steps(session, 0, STEPS, scores); /* A session outlives its model. */
    CHECK(memcmp(scores, expected, sizeof scores) == 0);
    CHECK(edgeseq_close(session) == 0);
    CHECK_FAILS(101, edgeseq_load_memory(bytes, size, "zeros"));
    CHECK(strstr(edgeseq_last_error(), "zeros") != NULL);
    CHECK_FAILS(101, edgeseq_load_memory(NULL, 0, NULL));
    CHECK_FAILS(507, edgeseq_load_memory(NULL, 8, NULL));
    CHECK_FAILS(507, edgeseq_load_memory(bytes, -1, NULL));
    CHECK_FAILS(507, edgeseq_load(NULL));
    CHECK_FAILS(601, edgeseq_load("/nowhere/at/all.eseq"));
    free(bytes);
}

static void check_save_and_restore(void) {
    static float scores[STEPS][CLASSES];
    edgeseq_session first = edgeseq_open(activity), second = edgeseq_open(activity);
    int64_t size = edgeseq_save(first, NULL, 0);
    char *state = malloc((size_t)size);
    CHECK(size > 0 && state != NULL);
    steps(first, 0, STEPS / 2, scores);
    memset(state, 7, (size_t)size);
    CHECK(edgeseq_save(first, state, size - 1) == size && state[0] == 7);
    CHECK(edgeseq_save(first, state, size) == size);
    CHECK(edgeseq_restore(second, state, size) == 0 && edgeseq_step_count(second) == STEPS / 2);
    steps(second, STEPS / 2, STEPS, scores);
    CHECK(memcmp(scores, expected, sizeof scores) == 0);

    CHECK_FAILS(350, edgeseq_restore(second, state, size - 1));
    state[size / 2] ^= 1;
    CHECK_FAILS(350, edgeseq_restore(second, state, size));
    CHECK_FAILS(507, edgeseq_restore(second, NULL, size));
    CHECK(edgeseq_step_count(second) == STEPS);
    CHECK(edgeseq_reset(second) == 0 && edgeseq_step_count(second) == 0);
    steps(second, 0, STEPS, scores);
    CHECK(memcmp(scores, expected, sizeof scores) == 0);
    CHECK(edgeseq_close(first) == 0 && edgeseq_close(second) == 0);
    free(state);
}

static void check_arguments_of_a_step(void) {
    float values[CHANNELS] = {0}, scores[CLASSES] = {0};
    int64_t ids[CHANNELS] = {0};
    edgeseq_session session = edgeseq_open(activity);
    CHECK_FAILS(507, edgeseq_step_f32(session, values, CHANNELS - 1, scores, CLASSES));
    CHECK_FAILS(507, edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES + 1));
    CHECK_FAILS(507, edgeseq_step_f32(session, NULL, CHANNELS, scores, CLASSES));
    CHECK_FAILS(507, edgeseq_step_f32(session, values, CHANNELS, NULL, CLASSES));
    CHECK_FAILS(507, edgeseq_step_f32(session, values, INT64_MAX, scores, CLASSES));
    CHECK_FAILS(503, edgeseq_step_i64(session, ids, CHANNELS, scores, CLASSES));
    CHECK_FAILS(503, edgeseq_set_i64(session, 0, ids, CHANNELS));
    CHECK_FAILS(503, edgeseq_get_i64(session, 0, ids, CHANNELS));
    CHECK_FAILS(507, edgeseq_set_f32(session, 1, values, CHANNELS));
    CHECK_FAILS(507, edgeseq_set_f32(session, 0, values, CHANNELS - 1));
    CHECK_FAILS(507, edgeseq_get_f32(session, 0, scores, CLASSES - 1));
    CHECK_FAILS(507, edgeseq_is_ready(session, 1));
    CHECK(edgeseq_step_count(session) == 0);

    values[2] = NAN;
    CHECK(edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES) == EDGESEQ_REFUSED);
    values[2] = 0;
    CHECK(edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES) == EDGESEQ_OUTPUT);
    values[2] = INFINITY;
    CHECK(edgeseq_hold_non_finite(session, 1) == 0);
    CHECK(edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES) == EDGESEQ_OUTPUT);
    CHECK(edgeseq_hold_non_finite(session, 0) == 0);
    CHECK(edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES) == EDGESEQ_REFUSED);
    CHECK(edgeseq_close(session) == 0);
}

static void check_ports(const char *embedding, const char *two_inputs, const char *ahead) {
    float row, values[2] = {1.5f, -2}, minus[2];
    int64_t id = 2;
    edgeseq_model table = edgeseq_load(embedding);
    edgeseq_session words = edgeseq_open(table);
    CHECK(edgeseq_step_i64(words, &id, 1, &row, 1) == EDGESEQ_OUTPUT && row == 30);
    id = 4;
    CHECK_FAILS(502, edgeseq_step_i64(words, &id, 1, &row, 1));
    CHECK(edgeseq_close(words) == 0 && edgeseq_unload(table) == 0);

    edgeseq_model model = edgeseq_load(two_inputs);
    edgeseq_session session = edgeseq_open(model);
    id = 3;
    CHECK_FAILS(503, edgeseq_step_f32(session, values, 2, minus, 2));
    CHECK(edgeseq_set_f32(session, edgeseq_input_index(model, "x"), values, 2) == 0);
    CHECK(edgeseq_set_i64(session, edgeseq_input_index(model, "id"), &id, 1) == 0);
    CHECK(edgeseq_is_ready(session, 0) == 0);
    CHECK(edgeseq_step(session) == EDGESEQ_OUTPUT);
    CHECK(edgeseq_is_ready(session, 0) == 1 && edgeseq_is_ready(session, 1) == 1);
    CHECK(edgeseq_get_f32(session, 0, minus, 2) == 0 && minus[0] == -1.5f && minus[1] == 2);
    CHECK(edgeseq_get_f32(session, edgeseq_output_index(model, "row"), &row, 1) == 0 && row == 40);
    CHECK(edgeseq_close(session) == 0 && edgeseq_unload(model) == 0);

    model = edgeseq_load(ahead);
    session = edgeseq_open(model);
    CHECK(edgeseq_step_f32(session, values, 2, minus, 2) == EDGESEQ_NOT_YET);
    CHECK(edgeseq_flush(session) == EDGESEQ_OUTPUT);
    CHECK(edgeseq_get_f32(session, 0, minus, 2) == 0 && minus[0] == 9);
    CHECK(edgeseq_flush(session) == EDGESEQ_ENDED);
    CHECK_FAILS(505, edgeseq_step_f32(session, values, 2, minus, 2));
    CHECK(edgeseq_reset(session) == 0);
    CHECK(edgeseq_step_f32(session, values, 2, minus, 2) == EDGESEQ_NOT_YET);
    CHECK(edgeseq_close(session) == 0 && edgeseq_unload(model) == 0);
}

/* Steps of three elements, and a recording of four. */
static void check_calls(const char *calls) {
    float values[6] = {1, 2, 3, 4, 5, 6}, given[6];
    edgeseq_model model = edgeseq_load(calls);
    edgeseq_session session = edgeseq_open(model);
    CHECK(edgeseq_step_f32(session, values, 6, given, 6) == EDGESEQ_NOT_YET && edgeseq_ready_length(session, 0) == 0);
    CHECK_FAILS(507, edgeseq_flush_rest(session, 3));
    CHECK(edgeseq_set_f32(session, 0, values, 6) == 0 && edgeseq_flush_rest(session, 1) == EDGESEQ_OUTPUT);
    CHECK(edgeseq_ready_length(session, 0) == 6 && edgeseq_get_f32(session, 0, given, 6) == 0);
    CHECK(given[0] == 1 && given[1] == 2 && given[2] == 9 && given[5] == 9);
    CHECK(edgeseq_flush(session) == EDGESEQ_OUTPUT && edgeseq_ready_length(session, 0) == 2);
    CHECK_FAILS(507, edgeseq_get_f32(session, 0, given, 6));
    CHECK(edgeseq_get_f32(session, 0, given, 2) == 0 && given[1] == 9);
    CHECK(edgeseq_flush(session) == EDGESEQ_ENDED && edgeseq_ready_length(session, 0) == 0);
    CHECK_FAILS(507, edgeseq_ready_length(session, 1));
    CHECK(edgeseq_close(session) == 0 && edgeseq_unload(model) == 0);
}

static void check_handles(const char *path) {
    edgeseq_session last = 0;
    for (int i = 0; i < MANY_SESSIONS; i++) {
        edgeseq_session session = edgeseq_open(activity);
        CHECK(session > last && edgeseq_close(session) == 0);
        CHECK_FAILS(506, edgeseq_close(session));
        last = session;
    }
    float values[CHANNELS] = {0}, scores[CLASSES];
    edgeseq_model model = edgeseq_load(path);
    edgeseq_info info;
    CHECK_FAILS(506, edgeseq_step_f32(last, values, CHANNELS, scores, CLASSES));
    CHECK_FAILS(506, edgeseq_step_f32(model, values, CHANNELS, scores, CLASSES));
    CHECK_FAILS(506, edgeseq_step(0));
    CHECK_FAILS(506, edgeseq_step(INT64_MIN));
    CHECK_FAILS(506, edgeseq_step(last + 1000000));
    CHECK(edgeseq_unload(model) == 0);
    CHECK_FAILS(506, edgeseq_unload(model));
    CHECK_FAILS(506, edgeseq_open(model));
    CHECK_FAILS(506, edgeseq_describe(last, &info));
}

/* Neither the library's own memory nor malloc's grows. */
static void check_allocations(void) {
    float values[CHANNELS], scores[CLASSES];
    edgeseq_session session = edgeseq_open(activity);
    int64_t library = 0;
    size_t heap = 0;
    for (int i = 0; i < MANY_STEPS + 1; i++) {
        if (i == 1) {
            library = edgeseq_allocated_bytes();
            heap = mallinfo2().uordblks;
        }
        sample(i, values);
        CHECK(edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES) == EDGESEQ_OUTPUT);
        CHECK(edgeseq_set_f32(session, 0, values, CHANNELS) == 0);
        CHECK(edgeseq_step(session) == EDGESEQ_OUTPUT && edgeseq_is_ready(session, 0) == 1);
        CHECK(edgeseq_get_f32(session, 0, scores, CLASSES) == 0);
    }
    CHECK(edgeseq_allocated_bytes() == library);
    CHECK(mallinfo2().uordblks == heap);
    CHECK(edgeseq_save(session, NULL, 0) > 0);
    CHECK(edgeseq_allocated_bytes() > library); /* The count does count. */
    CHECK(edgeseq_close(session) == 0);
}

static void *own_session(void *unused) {
    float(*scores)[CLASSES] = calloc(STEPS, sizeof *scores);
    edgeseq_session session = edgeseq_open(activity);
    CHECK(scores != NULL && strcmp(edgeseq_last_error(), "") == 0);
    steps(session, 0, STEPS, scores);
    CHECK(memcmp(scores, expected, sizeof expected) == 0);
    CHECK(edgeseq_close(session) == 0);
    free(scores);
    return unused;
}

/* A call is either done or refused with ES0504; the session counts those that were done. */
static void *shared_session(void *argument) {
    edgeseq_session session = *(edgeseq_session *)argument;
    float values[CHANNELS] = {0}, scores[CLASSES];
    intptr_t done = 0;
    for (int i = 0; i < STEPS; i++) {
        int32_t result = edgeseq_step_f32(session, values, CHANNELS, scores, CLASSES);
        CHECK(result == EDGESEQ_OUTPUT || result == -504);
        done += result == EDGESEQ_OUTPUT;
    }
    return (void *)done;
}

static void check_threads(void) {
    pthread_t threads[THREADS];
    CHECK_FAILS(601, edgeseq_load("/nowhere"));
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, own_session, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(strstr(edgeseq_last_error(), "/nowhere") != NULL);

    edgeseq_session shared = edgeseq_open(activity);
    int64_t done = 0;
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, shared_session, &shared) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *count;
        CHECK(pthread_join(threads[i], &count) == 0);
        done += (intptr_t)count;
    }
    CHECK(done > 0 && edgeseq_step_count(shared) == done);
    CHECK(edgeseq_close(shared) == 0);
}

int main(int count, char **arguments) {
    CHECK(count == 6);
    CHECK(strcmp(edgeseq_last_error(), "") == 0);
    activity = edgeseq_load(arguments[1]);
    CHECK(activity > 0);
    edgeseq_session session = edgeseq_open(activity);
    CHECK(session > 0);
    steps(session, 0, STEPS, expected);
    CHECK(memcmp(expected[0], expected[STEPS - 1], sizeof expected[0]) != 0);
    CHECK(edgeseq_close(session) == 0);

    check_description();
    check_load_from_memory(arguments[1]);
    check_save_and_restore();
    check_arguments_of_a_step();
    check_ports(arguments[2], arguments[3], arguments[4]);
    check_calls(arguments[5]);
    check_handles(arguments[1]);
    check_allocations();
    check_threads();
    CHECK(edgeseq_unload(activity) == 0);
    printf("all hold\n");
    return 0;
}
