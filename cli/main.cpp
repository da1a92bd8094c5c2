#include "cli/verbs.hpp"

int main(int argc, char** argv) {
  return static_cast<int>(rowprint::cli::run(std::vector<std::string>(argv + 1, argv + argc)));
}
