#include "cli/client.hpp"

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/cli/scripted_server.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace rowprint::cli {
namespace {

using test::TemporaryFolder;
using Peer = ScriptedServer::Peer;

Client client_of(const ScriptedServer& server, std::string token = {}) {
  return Client{{"127.0.0.1", server.port(), "/proxy"}, std::move(token)};
}

/// An open file, closed at the end of a test.
struct OpenFile {
  explicit OpenFile(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(descriptor); }
  int descriptor;
};

TEST(Client, SendsWhatItIsAskedAndReadsTheAnswer) {
  std::string head;
  Result<Response> answer;
  {
    const ScriptedServer server{[&](Peer peer) {
      head = peer.read_until("\r\n\r\n");
      head += peer.read(2);
      peer.write("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    }};
    answer = client_of(server, "secret").send({Method::post, "/v1/x?y=z", {{"Rowprint-Expect", "rp1s:0"}}, "hi"});
  }
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201U);
  EXPECT_EQ(answer->content_type, "application/json");
  EXPECT_EQ(answer->body, "{}");
  EXPECT_TRUE(head.starts_with("POST /proxy/v1/x?y=z HTTP/1.1\r\n")) << head;
  EXPECT_NE(head.find("\r\nAuthorization: Bearer secret\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nRowprint-Expect: rp1s:0\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nContent-Length: 2\r\n"), std::string::npos) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\nhi")) << head;
}

TEST(Client, SkipsInterimAnswers) {
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n7");
  }};
  const auto answer = client_of(server).send({});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "7");
}

TEST(Client, NobodyThereIsUnavailableAndHadNoEffect) {
  std::string port;
  {
    const ScriptedServer server{[](Peer) {}};
    port = server.port();
  }
  const auto answer = Client{{"127.0.0.1", port, ""}, ""}.send({Method::post, "/", {}, {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(answer.error().outcome_unknown);
  EXPECT_NE(answer.error().reason.find("127.0.0.1:" + port), std::string::npos);
}

TEST(Client, AConnectionLostBeforeTheAnswerLeavesTheOutcomeUnknown) {
  for (const std::string_view part : {"", "HTTP/1.1 201 Cre", "HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{}"}) {
    const ScriptedServer server{[part](Peer peer) {
      peer.read_until("\r\n\r\n");
      peer.write(part);
    }};
    const auto answer = client_of(server).send({Method::post, "/", {}, {}});
    ASSERT_FALSE(answer) << part;
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(answer.error().outcome_unknown);
  }
}

TEST(Client, AFileIsSentWithItsLength) {
  const TemporaryFolder folder;
  const std::string content(3'000'000, 'x');
  const OpenFile file{folder.file("rows", content)};
  std::string head;
  std::string body;
  std::uint64_t sent = 0;
  Result<Response> answer;
  {
    const ScriptedServer server{[&](Peer peer) {
      head = peer.read_until("\r\n\r\n");
      body = peer.read(content.size());
      peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    }};
    answer = client_of(server).send(
        {Method::post, "/", {}, {}},
        {file.descriptor, content.size(), [&](hashing::ByteView piece) { sent += piece.size(); }});
  }
  ASSERT_TRUE(answer);
  EXPECT_NE(head.find("\r\nContent-Length: 3000000\r\n"), std::string::npos) << head;
  EXPECT_EQ(body, content);
  EXPECT_EQ(sent, content.size());
}

TEST(Client, AStreamIsSentInChunks) {
  const TemporaryFolder folder;
  std::string content;
  for (int i = 0; i < 300'000; ++i) {
    content += std::to_string(i) + "\n";
  }
  const OpenFile file{folder.file("rows", content)};
  std::string head;
  std::string body;
  std::size_t chunks = 0;
  Result<Response> answer;
  {
    const ScriptedServer server{[&](Peer peer) {
      head = peer.read_until("\r\n\r\n");
      while (true) {
        const std::size_t size = std::stoul(peer.read_until("\r\n"), nullptr, 16);
        body += peer.read(size);
        EXPECT_EQ(peer.read(2), "\r\n");
        if (size == 0) {
          break;
        }
        ++chunks;
      }
      peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    }};
    answer = client_of(server).send({Method::post, "/", {}, {}}, {file.descriptor, std::nullopt, {}});
  }
  ASSERT_TRUE(answer);
  EXPECT_NE(head.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << head;
  EXPECT_EQ(body, content);
  EXPECT_LE(chunks, content.size() / (256U << 10U) + 1);
}

TEST(Client, AnEmptyStreamIsABodyWithoutBytes) {
  const OpenFile file{"/dev/null"};
  std::string body;
  {
    const ScriptedServer server{[&](Peer peer) {
      peer.read_until("\r\n\r\n");
      body = peer.read(5);
      peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    }};
    EXPECT_TRUE(client_of(server).send({Method::post, "/", {}, {}}, {file.descriptor, std::nullopt, {}}));
  }
  EXPECT_EQ(body, "0\r\n\r\n");
}

TEST(Client, ReadsARefusalThatComesInMidBody) {
  const TemporaryFolder folder;
  const OpenFile endless{"/dev/zero"};
  const OpenFile large{folder.file("rows", std::string(64U << 20U, 'x'))};
  for (const Upload& upload :
       {Upload{endless.descriptor, std::nullopt, {}}, Upload{large.descriptor, 64U << 20U, {}}}) {
    const ScriptedServer server{[](Peer peer) {
      peer.read_until("\r\n\r\n");
      peer.read(100'000);
      peer.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 5\r\n\r\nrow 1");
      peer.reset();
    }};
    const auto answer = client_of(server).send({Method::post, "/", {}, {}}, upload);
    ASSERT_TRUE(answer) << answer.error().reason;
    EXPECT_EQ(answer->status, 400U);
    EXPECT_EQ(answer->body, "row 1");
  }
}

TEST(Client, ARefusalIsReadWhileTheInputIsSilent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "x\n", 2), 2);
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("x\n");
    peer.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 5\r\n\r\nrow 1");
  }};
  const auto answer = client_of(server).send({Method::post, "/", {}, {}}, {ends[0], std::nullopt, {}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400U);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Client, ASuccessBeforeTheEndOfTheRowsIsNone) {
  const OpenFile endless{"/dev/zero"};
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  }};
  const auto answer = client_of(server).send({Method::post, "/", {}, {}}, {endless.descriptor, std::nullopt, {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::internal);
}

TEST(Client, APeerThatGoesAwayInMidBodyHadNoEffect) {
  const OpenFile endless{"/dev/zero"};
  const ScriptedServer server{[](Peer peer) {
    peer.read(100'000);
    peer.reset();
  }};
  const auto answer = client_of(server).send({Method::post, "/", {}, {}}, {endless.descriptor, std::nullopt, {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(answer.error().outcome_unknown);
}

TEST(Client, AFileThatBecomesShorterIsAConflictAndNeverAWholeBody) {
  const TemporaryFolder folder;
  const OpenFile file{folder.file("rows", "0123456789")};
  std::string body;
  Result<Response> answer;
  {
    const ScriptedServer server{[&](Peer peer) {
      peer.read_until("\r\n\r\n");
      body = peer.read(11);
    }};
    answer = client_of(server).send({Method::post, "/", {}, {}}, {file.descriptor, 11, {}});
  }
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::conflict);
  EXPECT_EQ(body, "0123456789");
}

TEST(Client, ASuccessIsStreamedToItsSink) {
  std::string got;
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n");
  }};
  const auto answer = client_of(server).receive({}, [&](hashing::ByteView piece) -> Result<void> {
    got += hashing::as_text(piece);
    return {};
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(got, "abcde");
}

TEST(Client, AStreamWithoutItsLastChunkIsNoSuccess) {
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
  }};
  const auto answer = client_of(server).receive({}, [](hashing::ByteView) -> Result<void> { return {}; });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(Client, ARefusalIsNotGivenToTheSink) {
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope");
  }};
  const auto answer = client_of(server).receive({}, [](hashing::ByteView) -> Result<void> {
    ADD_FAILURE() << "the sink got a refusal";
    return {};
  });
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404U);
  EXPECT_EQ(answer->body, "nope");
}

TEST(Client, ASinkThatFailsEndsTheDownload) {
  const ScriptedServer server{[](Peer peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nab");
  }};
  const auto answer =
      client_of(server).receive({}, [](hashing::ByteView) -> Result<void> { return fail(ErrorCode::io, "full"); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "full");
}

}  // namespace
}  // namespace rowprint::cli
