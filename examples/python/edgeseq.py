"""EdgeSeq for Python: ctypes and numpy over libedgeseq.so, which EDGESEQ_LIBRARY names or the system finds."""

import ctypes
import os
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_void_p

import numpy

NOT_YET, OUTPUT, REFUSED, ENDED = range(4)
_TYPES = {0: numpy.float32, 1: numpy.int64}


class _Info(ctypes.Structure):
    _fields_ = [("kernels", c_char_p), ("rate_hz", c_double), ("session_bytes", c_int64), ("inputs", c_int32), ("outputs", c_int32),
                ("delay", c_int32), ("flush_steps", c_int32)]


class _Port(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("unit", c_char_p), ("labels", POINTER(c_char_p)), ("shape", POINTER(c_int64)), ("length", c_int64),
                ("rank", c_int32), ("type", c_int32), ("rate", c_int32), ("offset", c_int32)]


def _load_library():
    library = ctypes.CDLL(os.environ.get("EDGESEQ_LIBRARY", "libedgeseq.so"))
    handle, size, index = c_int64, c_int64, c_int32
    signatures = {
        "edgeseq_version": (c_char_p, []),
        "edgeseq_abi": (c_int32, []),
        "edgeseq_last_error": (c_char_p, []),
        "edgeseq_allocated_bytes": (c_int64, []),
        "edgeseq_load": (handle, [c_char_p]),
        "edgeseq_load_memory": (handle, [c_void_p, size, c_char_p]),
        "edgeseq_unload": (c_int32, [handle]),
        "edgeseq_describe": (c_int32, [handle, POINTER(_Info)]),
        "edgeseq_input": (c_int32, [handle, index, POINTER(_Port)]),
        "edgeseq_output": (c_int32, [handle, index, POINTER(_Port)]),
        "edgeseq_open": (handle, [handle]),
        "edgeseq_close": (c_int32, [handle]),
        "edgeseq_set_f32": (c_int32, [handle, index, c_void_p, size]),
        "edgeseq_set_i64": (c_int32, [handle, index, c_void_p, size]),
        "edgeseq_step": (c_int32, [handle]),
        "edgeseq_is_ready": (c_int32, [handle, index]),
        "edgeseq_get_f32": (c_int32, [handle, index, c_void_p, size]),
        "edgeseq_get_i64": (c_int32, [handle, index, c_void_p, size]),
        "edgeseq_ready_length": (c_int64, [handle, index]),
        "edgeseq_flush": (c_int32, [handle]),
        "edgeseq_flush_rest": (c_int32, [handle, c_int32]),
        "edgeseq_reset": (c_int32, [handle]),
        "edgeseq_step_count": (c_int64, [handle]),
        "edgeseq_hold_non_finite": (c_int32, [handle, c_int32]),
        "edgeseq_save": (c_int64, [handle, c_void_p, size]),
        "edgeseq_restore": (c_int32, [handle, c_void_p, size]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.edgeseq_abi() != 1:
        raise ImportError(f"libedgeseq has interface {library.edgeseq_abi()}, this module is for 1")
    return library


_library = _load_library()
VERSION = _library.edgeseq_version().decode()


class EdgeSeqError(Exception):
    """A failure; code is the number of docs/errors.md."""

    def __init__(self, result):
        super().__init__(_library.edgeseq_last_error().decode())
        self.code = -result


def _checked(result):
    if result < 0:
        raise EdgeSeqError(result)
    return result


class Port:
    """An input or output: name, shape and dtype of one step's array; labels, unit, rate and offset as in edgeseq.h."""

    def __init__(self, port):
        self.name = port.name.decode()
        self.unit = port.unit.decode() if port.unit else None
        self.shape = tuple(port.shape[i] for i in range(port.rank))
        self.labels = [port.labels[i].decode() for i in range(port.length)] if port.labels else None
        self.dtype = _TYPES[port.type]
        self.rate, self.offset = port.rate, port.offset


class Model:
    """A program, from a path or from bytes. Any number of threads may open sessions."""

    def __init__(self, program):
        if isinstance(program, (bytes, bytearray)):
            self._handle = _checked(_library.edgeseq_load_memory(bytes(program), len(program), None))
        else:
            self._handle = _checked(_library.edgeseq_load(os.fsencode(program)))
        info = _Info()
        _checked(_library.edgeseq_describe(self._handle, ctypes.byref(info)))
        self.kernels = info.kernels.decode()
        self.rate_hz = info.rate_hz or None
        self.session_bytes, self.delay, self.flush_steps = info.session_bytes, info.delay, info.flush_steps
        self.inputs = self._ports(_library.edgeseq_input, info.inputs)
        self.outputs = self._ports(_library.edgeseq_output, info.outputs)

    def session(self):
        return Session(self, _checked(_library.edgeseq_open(self._handle)))

    def close(self):
        """Sessions go on."""
        _checked(_library.edgeseq_unload(self._handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _ports(self, describe, count):
        ports = [_Port() for _ in range(count)]
        for i, port in enumerate(ports):
            _checked(describe(self._handle, i, ctypes.byref(port)))
        return [Port(port) for port in ports]


class Session:
    """One stream, for one thread at a time. Its arrays are made once: a step allocates none."""

    def __init__(self, model, handle):
        self._handle = handle
        self._inputs = [self._array(port) for port in model.inputs]
        self._outputs = [self._array(port) for port in model.outputs]
        self._names = {port.name: i for i, port in enumerate(model.inputs)}
        self._output_names = {port.name: i for i, port in enumerate(model.outputs)}
        self._set = [self._call("set", array) for array in self._inputs]
        self._get = [self._call("get", array)[:2] for array in self._outputs]
        self._ready = [0] * len(self._get)

    def step(self, *values, **named):
        """One step; inputs in their order or by name. True where an output is new."""
        named.update(zip(self._names, values))
        for name, value in named.items():
            self._inputs[self._names[name]][...] = value
        for i, (function, address, size) in enumerate(self._set):
            _checked(function(self._handle, i, address, size))
        return self._collect(_library.edgeseq_step(self._handle)) == OUTPUT

    def flush(self):
        """One step behind the end of a recording: OUTPUT, NOT_YET or ENDED."""
        return self._collect(_library.edgeseq_flush(self._handle))

    def flush_rest(self, *values):
        """The last elements of a recording, which do not fill a step of several; flush goes on from there."""
        for array, value in zip(self._inputs, values):
            array[: len(value)] = value
        for i, (function, address, size) in enumerate(self._set):
            _checked(function(self._handle, i, address, size))
        return self._collect(_library.edgeseq_flush_rest(self._handle, len(values[0])))

    def output(self, which=0):
        """The output's last array, by index or name: the session's own, which the next step overwrites."""
        i = self._output_names[which] if isinstance(which, str) else which
        array, size = self._outputs[i], self._ready[i]
        return array if size in (0, array.size) else array[: size * len(array) // array.size]

    @property
    def steps(self):
        return _checked(_library.edgeseq_step_count(self._handle))

    def hold_non_finite(self, hold=True):
        _checked(_library.edgeseq_hold_non_finite(self._handle, int(hold)))

    def reset(self):
        _checked(_library.edgeseq_reset(self._handle))

    def save(self):
        state = ctypes.create_string_buffer(_checked(_library.edgeseq_save(self._handle, None, 0)))
        _checked(_library.edgeseq_save(self._handle, state, len(state)))
        return state.raw

    def restore(self, state):
        _checked(_library.edgeseq_restore(self._handle, state, len(state)))

    def close(self):
        _checked(_library.edgeseq_close(self._handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def _array(port):
        return numpy.zeros(port.shape, port.dtype)

    @staticmethod
    def _call(verb, array):
        kind = "f32" if array.dtype == numpy.float32 else "i64"
        return getattr(_library, f"edgeseq_{verb}_{kind}"), array.ctypes.data, array.size

    def _collect(self, result):
        _checked(result)
        for i, (function, address) in enumerate(self._get if result == OUTPUT else []):
            size = _checked(_library.edgeseq_ready_length(self._handle, i))
            if size:
                self._ready[i] = size
                _checked(function(self._handle, i, address, size))
        return result
