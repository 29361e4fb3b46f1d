# Asks the collector's own socket for an API token and an enrollment token, as `muster quickstart` does; prints its answer.
# In Perl because that is what the smallest Debian has.
use strict;
use warnings;
use IO::Socket::UNIX;

my $socket = IO::Socket::UNIX->new(Peer => '/var/lib/muster-collector/admin.sock') or die "no collector: $!\n";
print {$socket} '{"ask":"bootstrap","user":"test","password":"a long enough password"}', "\n";
$socket->flush;
print scalar <$socket>;
