/* EdgeSeq for C: runs trained sequence models one time step at a time. MIT licence.
 *
 *     edgeseq_model model = edgeseq_load("activity.eseq");
 *     edgeseq_session session = edgeseq_open(model);
 *     if (edgeseq_step_f32(session, sample, 6, scores, 6) == EDGESEQ_OUTPUT) ...
 *
 * Results   Functions that return a number return one below 0 where they fail: the code of docs/errors.md with a minus (-106 is ES0106).
 *           edgeseq_last_error() then has the line for people. Nothing else signals a failure, and nothing is thrown. A function that
 *           fails leaves the session as it was.
 * Units     Lengths are elements, sizes are bytes, indices count from 0, times are steps, rates are steps a second. Texts are UTF-8 and
 *           end with a zero byte.
 * Threads   A model may be used by any number of threads, a session by one at a time: a call that comes while another one runs fails
 *           with ES0504, and the first goes on unharmed. Sessions of one model in several threads do not wait for each other.
 * Memory    A step allocates nothing. The library copies what it is given and keeps no pointer of the caller's.
 * Handles   Numbers above 0 that are never given twice: one that was closed is refused with ES0506, never taken for another.
 * Process   The library cannot be unloaded again (dlclose does nothing), and a process that has forked without exec cannot use it. */
#ifndef EDGESEQ_H
#define EDGESEQ_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised with every change that a compiled caller would notice; edgeseq_abi() is that of the library. */
#define EDGESEQ_ABI 1

typedef int64_t edgeseq_model;
typedef int64_t edgeseq_session;

/* What a step did. */
#define EDGESEQ_NOT_YET 0 /* The input was taken; no output is due (delay, rate, a window that must fill). */
#define EDGESEQ_OUTPUT 1  /* The input was taken and at least one output is new. */
#define EDGESEQ_REFUSED 2 /* The input held a NaN or an infinity, or the step would have left one in the state, which is as before. */
#define EDGESEQ_ENDED 3   /* edgeseq_flush: everything has been given that belongs to the recording. */

/* Failures that this interface adds; docs/errors.md has all. */
#define EDGESEQ_BAD_HANDLE (-506)   /* No open model or session has this handle. */
#define EDGESEQ_BAD_ARGUMENT (-507) /* A null pointer, a wrong length, an index that there is not. */
#define EDGESEQ_INTERNAL (-508)     /* A fault of the library, or no memory. */

/* Types of elements. */
#define EDGESEQ_F32 0
#define EDGESEQ_I64 1

/* A model. Its texts are valid until edgeseq_unload. */
typedef struct edgeseq_info {
    const char *kernels;   /* the instruction set in use, such as avx2 or neon-dp */
    double rate_hz;        /* steps a second that the model was made for; 0: nobody said */
    int64_t session_bytes; /* memory of one session */
    int32_t inputs;        /* how many there are */
    int32_t outputs;
    int32_t delay;         /* steps from an input to the output element that it completes */
    int32_t flush_steps;   /* steps behind the end at which edgeseq_flush still gives outputs */
} edgeseq_info;

/* An input or output: what one step takes or gives. Its pointers are valid until edgeseq_unload. */
typedef struct edgeseq_port {
    const char *name;
    const char *unit;          /* of an input, where known: g, or g+deg/s for several quantities; NULL elsewhere */
    const char *const *labels; /* length names: channels of an input, classes of an output; NULL where unknown */
    const int64_t *shape;      /* rank dimensions; their product is length */
    int64_t length;            /* elements */
    int32_t rank;
    int32_t type;              /* EDGESEQ_F32 or EDGESEQ_I64 */
    int32_t rate;              /* of an output: steps from one element to the next; 1 for an input */
    int32_t offset;            /* of an output: the step of its first element; 0 for an input */
} edgeseq_port;

/* The library's version, such as 1.2.3, and its EDGESEQ_ABI. */
const char *edgeseq_version(void);
int32_t edgeseq_abi(void);

/* The last failure of the calling thread, "" before the first: code, what is wrong and what to do. Valid until the thread's next one. */
const char *edgeseq_last_error(void);

/* Bytes that the calling thread has had allocated in the library: the same before and after any number of steps. */
int64_t edgeseq_allocated_bytes(void);

/* Loads a program and verifies it, from a file or from size bytes in memory; name is for messages and may be NULL.
 * A handle, or below 0: ES01xx where it is no sound program, ES06xx where it cannot be read. */
edgeseq_model edgeseq_load(const char *path);
edgeseq_model edgeseq_load_memory(const void *bytes, int64_t size, const char *name);

/* Lets go of a model. Its sessions go on; its memory is freed with the last of them. */
int32_t edgeseq_unload(edgeseq_model model);

int32_t edgeseq_describe(edgeseq_model model, edgeseq_info *info);
int32_t edgeseq_input(edgeseq_model model, int32_t index, edgeseq_port *input);
int32_t edgeseq_output(edgeseq_model model, int32_t index, edgeseq_port *output);

/* The index of this name. */
int32_t edgeseq_input_index(edgeseq_model model, const char *name);
int32_t edgeseq_output_index(edgeseq_model model, const char *name);

/* A stream at step 0. A handle, or below 0. */
edgeseq_session edgeseq_open(edgeseq_model model);
int32_t edgeseq_close(edgeseq_session session);

/* One step of a model with one input: takes input_length elements, copies the first output, which must be F32, where the result is
 * EDGESEQ_OUTPUT, and leaves output alone elsewhere. Lengths are exactly the ports'. ES0501 past the model's last position, ES0502 for an
 * id outside the model's table, ES0503 where the model has other inputs. */
int32_t edgeseq_step_f32(edgeseq_session session, const float *input, int64_t input_length, float *output, int64_t output_length);
int32_t edgeseq_step_i64(edgeseq_session session, const int64_t *input, int64_t input_length, float *output, int64_t output_length);

/* The same for any model: set each input (one keeps what it holds until it is set again), step, get each output that is ready.
 * ES0503 where the port has the other type. */
int32_t edgeseq_set_f32(edgeseq_session session, int32_t input, const float *values, int64_t length);
int32_t edgeseq_set_i64(edgeseq_session session, int32_t input, const int64_t *values, int64_t length);
int32_t edgeseq_step(edgeseq_session session);
int32_t edgeseq_is_ready(edgeseq_session session, int32_t output); /* 1 where the last step or flush gave this output, else 0 */
int32_t edgeseq_get_f32(edgeseq_session session, int32_t output, float *values, int64_t length);
int32_t edgeseq_get_i64(edgeseq_session session, int32_t output, int64_t *values, int64_t length);

/* Numbers of an output that is ready, as edgeseq_get_... wants them: the port's length, or fewer at the end of a recording where steps take
 * several elements. 0 where it is not ready. */
int64_t edgeseq_ready_length(edgeseq_session session, int32_t output);

/* One step behind the end of a recording: what a delay still holds comes out, until EDGESEQ_ENDED. Only edgeseq_reset goes on from there. */
int32_t edgeseq_flush(edgeseq_session session);

/* The same for a recording whose last elements do not fill a step of several: so many at the start of the inputs still belong to it, fewer
 * than a step takes. edgeseq_flush goes on from there. */
int32_t edgeseq_flush_rest(edgeseq_session session, int32_t elements);

/* Back to step 0. */
int32_t edgeseq_reset(edgeseq_session session);

/* Steps since the start or the last reset, or below 0. */
int64_t edgeseq_step_count(edgeseq_session session);

/* 1: a step whose input is no number is done with the last good input instead. 0, as at first: it is refused. */
int32_t edgeseq_hold_non_finite(edgeseq_session session, int32_t hold);

/* Writes the state, which edgeseq_restore on any session of the same program continues to the bit, on any machine. Returns its size; where
 * capacity is less (buffer may then be NULL), nothing is written. The size is the same for all sessions of a program. */
int64_t edgeseq_save(edgeseq_session session, void *buffer, int64_t capacity);

/* ES0350 where the bytes are damaged, ES0351 where they belong to another program, ES0352 where they hold a NaN. */
int32_t edgeseq_restore(edgeseq_session session, const void *bytes, int64_t size);

#ifdef __cplusplus
}
#endif
#endif
