// Prints its name, how long it slept, and the lines and words of stdin.
#include <chrono>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

int main(int argc, char **argv) {
    auto before = std::chrono::steady_clock::now();
    sleep(90);
    auto slept = std::chrono::steady_clock::now() - before;
    std::vector<std::string> words;
    std::string line, longest;
    long lines = 0;
    for (; std::getline(std::cin, line); lines++) {
        std::istringstream parts(line);
        for (std::string word; parts >> word;) {
            words.push_back(word);
            if (word.size() > longest.size()) longest = word;
        }
    }
    std::cout << argv[0] << ' ' << argc << "\nslept "
              << std::chrono::duration_cast<std::chrono::seconds>(slept).count() << "\nlines " << lines << " words "
              << words.size() << " longest " << longest << "\nthird " << std::fixed << std::setprecision(6) << 1.0 / 3
              << '\n';
}
