# A name server for one test: every name has the address 127.0.0.1 and no other. In Perl because each Debian has it.
use strict;
use warnings;
use IO::Socket::INET;

my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 53, Proto => 'udp') or die "no port: $!\n";
while ($socket->recv(my $query, 512)) {
    my ($id, undef, $questions) = unpack('n3', $query);
    my $question = substr($query, 12);
    my $end = index($question, "\0") + 5;
    my $type = unpack('n', substr($question, $end - 4, 2));
    my $answers = $type == 1 ? 1 : 0;
    my $reply = pack('n6', $id, 0x8580, 1, $answers, 0, 0) . substr($question, 0, $end);
    $reply .= pack('n3 N n C4', 0xc00c, 1, 1, 60, 4, 127, 0, 0, 1) if $answers;
    $socket->send($reply);
}
