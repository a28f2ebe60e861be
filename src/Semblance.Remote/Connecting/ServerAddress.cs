using System.Net;

namespace Semblance.Remote.Connecting;

/// <summary>Which addresses that a server gives may be followed.</summary>
internal static class ServerAddress
{
    /// <summary>Addresses come from servers: none may lead to files, or from a hosted server into this machine's own network.</summary>
    /// <exception cref="CallException">It does.</exception>
    public static void Check(Uri address, Uri server)
    {
        if (
            !address.IsAbsoluteUri
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.UserInfo.Length > 0
        )
        {
            throw new CallException(
                CallEnd.Image,
                "gives an address that is not http or https, or has a user name in it"
            );
        }

        if (!IsSameOrigin(address, server) && IsPrivate(address) && !IsPrivate(server))
        {
            throw new CallException(
                CallEnd.Image,
                $"gives an address in a private network ({address.Host}), which is refused"
            );
        }
    }

    private static bool IsPrivate(Uri address)
    {
        if (address.IsLoopback)
        {
            return true;
        }

        if (!IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            return false;
        }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        var bytes = ip.GetAddressBytes();
        return bytes.Length == 4
            ? bytes[0] is 0 or 10 or 127
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 192 && bytes[1] == 168)
            : ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal || IPAddress.IPv6Any.Equals(ip);
    }

    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
