// Several people at once: a thread and a session for each, one model for all. Each thread hears the same recording from another step on,
// and is moved once to a new session by its saved state, as in a restart.
#include "edgeseq.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace {

constexpr int Streams = 4;
constexpr size_t StepsBetweenStarts = 25;

using Recording = std::vector<std::vector<float>>;

Recording read(const std::string &path, size_t length) {
    std::ifstream file(path);
    if (!file)
        throw std::runtime_error("cannot read " + path);
    Recording recording;
    std::string line;
    std::getline(file, line);  // names of the columns
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::string cell;
        std::vector<float> sample;
        while (std::getline(cells, cell, ','))
            sample.push_back(std::stof(cell));
        if (sample.size() != length)
            throw std::runtime_error(path + ": a row has not as many numbers as the model's input");
        recording.push_back(sample);
    }
    return recording;
}

std::string follow(const edgeseq::Model &model, const Recording &recording, size_t start) {
    const auto output = model.output();
    auto session = model.open();
    std::vector<float> scores(static_cast<size_t>(output.length));
    for (size_t i = start; i < recording.size(); i++) {
        if (i == recording.size() / 2) {
            auto state = session.save();
            session = model.open();
            session.restore(state);
        }
        session.step(recording[i], scores);
    }
    const auto top = std::max_element(scores.begin(), scores.end()) - scores.begin();
    char line[256];
    std::snprintf(line, sizeof line, "after %lld steps: %s %.2f", static_cast<long long>(session.steps()), output.labels[top],
                  static_cast<double>(scores[static_cast<size_t>(top)]));
    return line;
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 3) {
        std::cerr << "usage: streams PROGRAM.eseq RECORDING.csv\n";
        return 2;
    }
    try {
        const edgeseq::Model model(arguments[1]);
        const auto recording = read(arguments[2], static_cast<size_t>(model.input().length));
        std::vector<std::string> lines(Streams);
        std::vector<std::thread> threads;
        for (size_t i = 0; i < Streams; i++) {
            threads.emplace_back([&, i] {
                try {
                    lines[i] = follow(model, recording, i * StepsBetweenStarts);
                } catch (const std::exception &e) {
                    lines[i] = e.what();
                }
            });
        }
        for (auto &thread : threads)
            thread.join();
        for (size_t i = 0; i < Streams; i++)
            std::cout << "stream " << i << " " << lines[i] << "\n";
    } catch (const std::exception &e) {
        std::cerr << e.what() << "\n";
        return 1;
    }
    return 0;
}
