// EdgeSeq for C++17: handles that close themselves, failures as exceptions.
#pragma once

#include <edgeseq.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace edgeseq {

class Error : public std::runtime_error {
public:
    explicit Error(int64_t result) : std::runtime_error(edgeseq_last_error()), code(static_cast<int>(-result)) {}

    // The number of docs/errors.md.
    const int code;
};

inline int64_t checked(int64_t result) {
    if (result < 0)
        throw Error(result);
    return result;
}

// A handle that is closed with its object, and has one owner.
template <int32_t (*Close)(int64_t)>
class Handle {
public:
    explicit Handle(int64_t value) : value_(checked(value)) {}
    Handle(Handle &&other) noexcept : value_(std::exchange(other.value_, 0)) {}
    Handle &operator=(Handle &&other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Handle() {
        if (value_ > 0)
            Close(value_);
    }
    operator int64_t() const { return value_; }

private:
    int64_t value_;
};

// One stream, for one thread at a time.
class Session {
public:
    explicit Session(edgeseq_model model) : handle_(edgeseq_open(model)) {}

    // Whether the output is new.
    bool step(const std::vector<float> &input, std::vector<float> &output) {
        return checked(edgeseq_step_f32(handle_, input.data(), static_cast<int64_t>(input.size()), output.data(),
                                        static_cast<int64_t>(output.size()))) == EDGESEQ_OUTPUT;
    }

    int64_t steps() const { return checked(edgeseq_step_count(handle_)); }

    void reset() { checked(edgeseq_reset(handle_)); }

    std::vector<unsigned char> save() const {
        std::vector<unsigned char> state(static_cast<size_t>(checked(edgeseq_save(handle_, nullptr, 0))));
        checked(edgeseq_save(handle_, state.data(), static_cast<int64_t>(state.size())));
        return state;
    }

    void restore(const std::vector<unsigned char> &state) {
        checked(edgeseq_restore(handle_, state.data(), static_cast<int64_t>(state.size())));
    }

private:
    Handle<edgeseq_close> handle_;
};

// A program; any number of threads may open sessions.
class Model {
public:
    explicit Model(const std::string &path) : handle_(edgeseq_load(path.c_str())) {}

    Session open() const { return Session(handle_); }

    edgeseq_port input(int32_t index = 0) const {
        edgeseq_port port;
        checked(edgeseq_input(handle_, index, &port));
        return port;
    }

    edgeseq_port output(int32_t index = 0) const {
        edgeseq_port port;
        checked(edgeseq_output(handle_, index, &port));
        return port;
    }

private:
    Handle<edgeseq_unload> handle_;
};

}  // namespace edgeseq
