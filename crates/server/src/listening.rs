//! Taking the port.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

use crate::compose::StartError;

/// How many connections may wait to be accepted; the standard library's 128 drop some of a burst.
const BACKLOG: i32 = 1_024;

/// Listens on the address.
pub(crate) fn on(address: SocketAddr) -> Result<TcpListener, StartError> {
    listen(address).map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            StartError::PortTaken { address }
        } else {
            StartError::NotListening { address, error }
        }
    })
}

/// Listens on the address that workers without a server tell on how they are.
pub(crate) fn for_probes(address: SocketAddr) -> Result<TcpListener, StartError> {
    listen(address).map_err(|error| StartError::NoProbes { address, error })
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A server that was killed may be started again at once, while connections of the old one still linger.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
